import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "../../cli/process.ts";

/** A root whose key certwright never sees, in the hands of openssl. */
export interface ExternalCa {
  /** Its certificate. */
  readonly root: string;
  /** Signs a request as a subordinate CA; gives the file. `extensions`: lines in the place of what was asked for. */
  sign(
    csr: string,
    name: string,
    options?: {
      readonly extensions?: string;
      readonly days?: number;
      readonly subject?: string;
    },
  ): Promise<string>;
}

const deadline = 30_000;

export const makeExternalCa = async (
  folder: string,
  name = "Corporate Root",
): Promise<ExternalCa> => {
  const word = name.replaceAll(" ", "-").toLowerCase();
  const path = (file: string): string => join(folder, `${word}-${file}`);
  const openssl = async (...args: readonly string[]): Promise<void> => {
    const { code, stderr } = await runProgram("openssl", args, {
      cwd: folder,
      env: { PATH: process.env["PATH"] ?? "" },
      deadline,
    });
    assert.equal(code, 0, `openssl ${args.join(" ")}\n${stderr}`);
  };
  const root = path("root.pem");
  const key = path("root.key");
  await openssl(
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384", "-nodes"],
    ...["-keyout", key, "-out", root, "-days", "7300", "-subj", `/O=Example/CN=${name}`],
    ...["-addext", "keyUsage=critical,keyCertSign,cRLSign"],
  );
  return {
    root,
    sign: async (csr, file, { extensions, days = 1825, subject } = {}) => {
      const out = path(`${file}.pem`);
      const lines = path(`${file}.ext`);
      writeFileSync(lines, extensions ?? "");
      await openssl(
        ...["x509", "-req", "-in", csr, "-CA", root, "-CAkey", key, "-days", String(days)],
        ...(extensions === undefined ? ["-copy_extensions", "copyall"] : ["-extfile", lines]),
        ...(subject === undefined ? [] : ["-subj", subject]),
        ...["-out", out],
      );
      return out;
    },
  };
};
