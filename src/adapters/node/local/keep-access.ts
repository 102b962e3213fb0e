import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

import { failure } from "../../../core/errors/certwright-error.ts";
import { attempt, fileSystem } from "../../files/file-system.ts";
import type { StagedFile } from "../../files/stage.ts";

/** Local programs that read and set attributes of one file: milliseconds. */
const deadline = 5000;

/**
 * Gives a staged file what, besides mode and owner, decides who may read the file that it replaces: SELinux's label and
 * the access control list. Node knows neither. Removes the staged file and throws when it cannot.
 */
export const keepAccess = (node: string, path: string, { target, temporary }: StagedFile): void => {
  const refuse = (why: string): never => {
    attempt(() => fileSystem.unlink(temporary));
    throw failure("node.file-failed", { node, path, operation: "write", why });
  };
  const run = (program: string, words: readonly string[], input?: string): string => {
    const { status, stdout, stderr, error } = spawnSync(program, words, {
      encoding: "utf8",
      timeout: deadline,
      env: { ...process.env, LC_ALL: "C" },
      input: input ?? "",
    });
    if (status === 0) return stdout;
    return refuse(`${program}: ${(error?.message ?? stderr).trim().slice(0, 300)}`);
  };
  if (existsSync("/sys/fs/selinux/enforce")) run("chcon", [`--reference=${target}`, temporary]);
  if (process.platform !== "linux") return;
  // The eleventh character tells of a list (GNU coreutils, "What information is listed").
  if (run("ls", ["-ld", "--", target])[10] !== "+") return;
  run("setfacl", ["--set-file=-", "--", temporary], run("getfacl", ["-p", "--", target]));
};
