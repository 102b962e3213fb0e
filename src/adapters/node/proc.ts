import type { Instant } from "../../core/model/certificate.ts";

/** Ticks of /proc/PID/stat in a second: USER_HZ, 100 on every architecture of today's Linux (proc(5), sysconf(_SC_CLK_TCK)). */
const USER_HZ = 100;

/**
 * When a process started, from its /proc/PID/stat, to about 20 ms. By /proc/uptime, whose unit is 10 ms: btime of
 * /proc/stat is whole seconds, and would show a process that started after a file's change as started before it.
 */
export const startedAt = (
  stat: string,
  now: { readonly uptime: string; readonly at: Instant },
): Instant => {
  // The second field is the program's name in parentheses, in which anything may stand.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[19]);
  const uptime = Number(now.uptime.split(" ")[0]) * 1000;
  return Math.round(now.at - uptime + (ticks * 1000) / USER_HZ);
};

/** The words of a /proc/PID/cmdline. */
export const splitCommand = (cmdline: string): readonly string[] =>
  cmdline === "" ? [] : cmdline.replace(/\0$/, "").split("\0");
