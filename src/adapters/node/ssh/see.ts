import { posix } from "node:path";

import { failure } from "../../../core/errors/certwright-error.ts";
import type { ProcessFacts } from "../../../ports/node.ts";
import { splitCommand, startedAt } from "../proc.ts";
import { ask, type Machine } from "./ask.ts";
import { newToken } from "./channel.ts";
import { readNow } from "./facts.ts";
import { nameFileFailure } from "./name-file-failure.ts";
import { clockScript, freeScript, processesScript } from "./scripts/see.ts";

/** See NodeSession.processes. */
export const processesBySsh = async (
  machine: Machine,
  program: string,
): Promise<readonly ProcessFacts[]> => {
  const token = newToken();
  const awaited = `the processes of ${program}`;
  const { body, end } = await ask(machine, {
    script: processesScript,
    words: [program],
    awaited,
    token,
  });
  const said = body.toString("utf8");
  if (end === "platform") {
    throw failure("node.no-processes", { node: machine.channel.node, platform: said.trim() });
  }
  const [head = "", ...parts] = said.split(`\n${token} `);
  const [now = "", uptime = ""] = head.split("\n");
  return parts.flatMap((part) => {
    // The program's name in the stat may hold a line break; its last field is a number.
    const [, pid, stat, cmdline] = /^(\d+)\n(.*? \d+)\n(.*)$/s.exec(part) ?? [];
    if (pid === undefined || stat === undefined || cmdline === undefined) return [];
    const command = splitCommand(cmdline);
    if (posix.basename(command[0] ?? "") !== program) return [];
    return [
      { pid: Number(pid), startedAt: startedAt(stat, { uptime, at: readNow(now) }), command },
    ];
  });
};

/** See NodeSession.clockSkew: its clock was read somewhere between asking and the answer. */
export const clockBySsh = async (
  machine: Machine,
): Promise<{ readonly skew: number; readonly uncertainty: number }> => {
  const asked = Date.now();
  const { body } = await ask(machine, { script: clockScript, words: [], awaited: "the time" });
  const answered = Date.now();
  const skew = readNow(body.toString("utf8")) - (asked + answered) / 2;
  return { skew: Math.round(skew), uncertainty: Math.ceil((answered - asked) / 2) + 1 };
};

/** See NodeSession.freeBytes. */
export const freeBySsh = async (machine: Machine, path: string): Promise<number> => {
  const { node } = machine.channel;
  if (!posix.isAbsolute(path)) throw failure("node.path-not-absolute", { node, path });
  const awaited = `the free space at ${path}`;
  const { body } = await ask(machine, { script: freeScript, words: [path], awaited });
  const said = body.toString("utf8");
  // Blocks of 1024 bytes: total, used, available, capacity (POSIX df -P); names before and behind may hold spaces.
  const available = /\s\d+\s+\d+\s+(-?\d+)\s+(?:\d+%|-)\s+\//.exec(said)?.[1];
  if (available === undefined) throw nameFileFailure(node, path, "read", said);
  return Math.max(0, Number(available)) * 1024;
};
