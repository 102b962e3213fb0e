import { ownCommand } from "./own-command.ts";
import { spawn, type ChildProcess } from "node:child_process";
import { failure } from "../../../core/errors/certwright-error.ts";
import { runToEnd } from "../../backup/run-to-end.ts";
import { systemPath } from "../../node/system-path.ts";

/** Names the folder of the copy to a process that was started in its namespaces. */
export const insideVariable = "CERTWRIGHT_REHEARSAL";

/** Making namespaces takes milliseconds. */
const tryDeadline = 10_000;

/**
 * Networks, mounts and processes of our own. The last end with the first of them, and the others with the last:
 * nothing is left, whoever is killed.
 */
const flags = ["--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
/** What root needs not: being root there. */
const asRoot = ["--user", "--map-root-user"];

/** The words of unshare(1) that this user may use. Throws rehearsal.no-namespaces. */
export const namespaceWords = async (): Promise<readonly string[]> => {
  let why = "";
  for (const words of [flags, [...asRoot, ...flags]]) {
    const tried = await runToEnd("unshare", [...words, "--", "ip", "link", "set", "lo", "up"], {
      deadline: tryDeadline,
      env: { PATH: systemPath },
    });
    if (tried.code === 0) return words;
    ({ why } = tried);
  }
  throw failure("rehearsal.no-namespaces", { why });
};

/**
 * This very command once more, in namespaces of its own. What it needs to know comes through its standard input, which
 * ends when it is to end.
 */
export const enterNamespaces = (words: readonly string[], folder: string): ChildProcess =>
  spawn("unshare", [...words, "--", ...ownCommand()], {
    env: { ...process.env, [insideVariable]: folder },
    stdio: ["pipe", "inherit", "inherit"],
    // Ctrl-C is for the process outside, which passes it on.
    detached: true,
  });
