import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { certwright, runProgram, type Outcome } from "../cli/process.ts";

export const PASSPHRASE = "correct horse battery";

/** A folder with a passphrase file, in which commands run; `pki` is where their PKI is. */
export interface Workbench {
  readonly folder: string;
  readonly pki: string;
  readonly env: Readonly<Record<string, string>>;
  path(name: string): string;
  /** Runs certwright whatever comes of it. */
  run(
    args: readonly string[],
    options?: Partial<Parameters<typeof certwright>[1]>,
  ): Promise<Outcome>;
  /** Runs certwright, which must succeed; gives what it printed. */
  done(...args: string[]): Promise<string>;
  /** The same with `-o json`. */
  json(...args: string[]): Promise<Json>;
  /** Runs openssl with these words, cut at blanks; it must succeed. Gives all it printed. */
  openssl(words: string): Promise<string>;
}

// oxlint-disable-next-line typescript/no-explicit-any -- the tests look into it, and fail where it is not so
export type Json = any;

const DEADLINE = 60_000;

export const withWorkbench = async (use: (bench: Workbench) => Promise<void>): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "certwright-authority-"));
  // Others may come in, so that what keeps them out is the PKI's own modes.
  chmodSync(folder, 0o755);
  const path = (name: string): string => join(folder, name);
  writeFileSync(path("passphrase"), `${PASSPHRASE}\n`, { mode: 0o600 });
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: folder,
    CERTWRIGHT_PASSPHRASE_FILE: path("passphrase"),
  };
  const run: Workbench["run"] = (args, options) =>
    certwright(args, { cwd: folder, env, deadline: DEADLINE, ...options });
  const done = async (...args: string[]): Promise<string> => {
    const outcome = await run(args);
    assert.equal(outcome.code, 0, `certwright ${args.join(" ")}\n${outcome.stderr}`);
    return outcome.stdout;
  };
  const json = async (...args: string[]): Promise<Json> =>
    JSON.parse(await done(...args, "-o", "json"));
  const openssl = async (words: string): Promise<string> => {
    const outcome = await runProgram("openssl", words.trim().split(/\s+/), {
      cwd: folder,
      env,
      deadline: DEADLINE,
    });
    assert.equal(outcome.code, 0, `openssl ${words}\n${outcome.stdout}${outcome.stderr}`);
    return outcome.stdout + outcome.stderr;
  };
  try {
    await use({ folder, pki: path("certwright-pki"), env, path, run, done, json, openssl });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};
