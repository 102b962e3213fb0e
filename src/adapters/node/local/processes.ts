import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";

import { failure } from "../../../core/errors/certwright-error.ts";
import type { ProcessFacts } from "../../../ports/node.ts";
import { splitCommand, startedAt } from "../proc.ts";

/** See NodeSession.processes. */
export const localProcesses = (node: string, program: string): readonly ProcessFacts[] => {
  if (process.platform !== "linux") {
    throw failure("node.no-processes", { node, platform: process.platform });
  }
  const now = { uptime: readFileSync("/proc/uptime", "utf8"), at: Date.now() };
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const command = splitCommand(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
        if (command[0] === undefined || basename(command[0]) !== program) return [];
        const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
        return [{ pid: Number(pid), startedAt: startedAt(stat, now), command }];
      } catch {
        // It ended meanwhile, or the kernel hides it from us.
        return [];
      }
    });
};
