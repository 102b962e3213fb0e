import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writePem } from "../../src/core/x509/pem.ts";
import { parseIp } from "../../src/core/x509/ip.ts";
import type { Usage } from "../../src/core/x509/path.ts";
import type { Question } from "./question.ts";

/** `openssl verify` of one chain takes milliseconds. */
const deadlineMs = 30_000;

const purposes: Readonly<Partial<Record<Usage, string>>> = {
  serverAuth: "sslserver",
  clientAuth: "sslclient",
  any: "any",
};

/** Text of `openssl version`, or undefined when there is none of version 3. */
export const opensslVersion = (): string | undefined => {
  const run = spawnSync("openssl", ["version"], { encoding: "utf8", timeout: deadlineMs });
  return run.status === 0 && run.stdout.startsWith("OpenSSL 3.") ? run.stdout.trim() : undefined;
};

const pems = (ders: readonly Uint8Array[]): string =>
  ders.map((der) => writePem("CERTIFICATE", der)).join("");

/** What `openssl verify` at security level 2 says; one usage only, as it knows one purpose at a time. */
export const askOpenssl = (
  question: Question,
): { readonly ok: boolean; readonly error: string } => {
  const folder = mkdtempSync(join(tmpdir(), "certwright-openssl-"));
  try {
    const [anchors, untrusted, leaf, none] = [
      "anchors.pem",
      "untrusted.pem",
      "leaf.pem",
      "none",
    ].map((name) => join(folder, name)) as [string, string, string, string];
    mkdirSync(none);
    writeFileSync(anchors, pems(question.anchors));
    writeFileSync(untrusted, pems(question.intermediates));
    writeFileSync(leaf, pems([question.leaf]));
    const { name } = question;
    const bare = name?.replace(/^\[(.*)\]$/, "$1");
    const run = spawnSync(
      "openssl",
      [
        "verify",
        "-auth_level",
        "2",
        "-purpose",
        purposes[question.usages[0]!]!,
        "-attime",
        String(Math.floor(question.at / 1000)),
        "-CAfile",
        anchors,
        "-CApath",
        none,
        "-no-CAstore",
        ...(question.intermediates.length > 0 ? ["-untrusted", untrusted] : []),
        ...(bare === undefined
          ? []
          : [parseIp(bare) === undefined ? "-verify_hostname" : "-verify_ip", bare]),
        leaf,
      ],
      { encoding: "utf8", timeout: deadlineMs },
    );
    return { ok: run.status === 0, error: run.stderr.replaceAll(/\s+/g, " ").slice(0, 300) };
  } finally {
    rmSync(folder, { recursive: true });
  }
};
