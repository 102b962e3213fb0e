import { spawnSync } from "node:child_process";
import { digests } from "../../src/adapters/crypto/node-digests.ts";
import { verifySignature } from "../../src/adapters/crypto/node-verify.ts";
import { CertwrightError } from "../../src/core/errors/certwright-error.ts";
import type { Certificate, Instant } from "../../src/core/model/certificate.ts";
import { parseCertificate } from "../../src/core/x509/certificate.ts";
import {
  buildPath,
  type ProfileName,
  type SignatureVerdicts,
  type Usage,
} from "../../src/core/x509/path.ts";
import type { Outcome, Ran } from "../vectors/exceptions.ts";

/** One thing to verify, as bytes, for us and for somebody else. */
export interface Question {
  readonly id: string;
  readonly leaf: Uint8Array;
  readonly intermediates: readonly Uint8Array[];
  readonly anchors: readonly Uint8Array[];
  readonly at: Instant;
  /** A host name or an address. */
  readonly name?: string;
  readonly usages: readonly Usage[];
}

const verdicts: SignatureVerdicts = new Map();

const read = (der: Uint8Array): Certificate | undefined => {
  try {
    return parseCertificate(der, { digests, reading: "tolerant" });
  } catch (error) {
    if (error instanceof CertwrightError) return undefined;
    throw error;
  }
};

const readAll = (ders: readonly Uint8Array[]): Certificate[] =>
  ders.map(read).filter((one) => one !== undefined);

/** Our verdict. */
export const answer = (
  question: Question,
  profile: ProfileName,
): { readonly outcome: Outcome; readonly why: string } => {
  const leaf = read(question.leaf);
  if (leaf === undefined) return { outcome: "reject", why: "the leaf cannot be read" };
  const result = buildPath({
    leaf,
    intermediates: readAll(question.intermediates),
    anchors: readAll(question.anchors),
    at: question.at,
    ...(question.name === undefined ? {} : { name: { kind: "dns", value: question.name } }),
    usages: question.usages,
    profile,
    verifySignature,
    verdicts,
  });
  return result.ok
    ? { outcome: "accept", why: "" }
    : { outcome: "reject", why: result.failure.message };
};

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

/** Thousands of questions take Go some seconds. */
const goDeadlineMs = 120_000;

/** What crypto/x509 says to all of them, through test/go/verify. */
export const askGo = (
  program: string,
  questions: readonly Question[],
): { ok: boolean; error: string }[] => {
  const lines = questions.map((q) =>
    JSON.stringify({
      leaf: base64(q.leaf),
      intermediates: q.intermediates.map(base64),
      anchors: q.anchors.map(base64),
      at: q.at,
      name: q.name ?? "",
      usages: q.usages,
    }),
  );
  const run = spawnSync(program, [], {
    input: `${lines.join("\n")}\n`,
    encoding: "utf8",
    timeout: goDeadlineMs,
    maxBuffer: 1 << 28,
  });
  if (run.status !== 0) throw new Error(`${program} ended with ${run.status}: ${run.stderr}`);
  return run.stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { ok: boolean; error: string });
};

/** Both verdicts on each question, Go's as the one that is expected. */
export const compareWithGo = (program: string, questions: readonly Question[]): Ran[] => {
  const theirs = askGo(program, questions);
  return questions.map((question, i): Ran => {
    const ours = answer(question, "go");
    const go = theirs[i]!;
    return {
      id: question.id,
      expected: go.ok ? "accept" : "reject",
      actual: ours.outcome,
      why: ours.outcome === "accept" ? `Go: ${go.error}` : `we: ${ours.why}`,
    };
  });
};
