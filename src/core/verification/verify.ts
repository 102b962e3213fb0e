import type { Certificate, Instant } from "../model/certificate.ts";
import type { VerifySignature } from "../model/cryptography.ts";
import type { RevocationList } from "../model/revocation-list.ts";
import {
  buildPath,
  type PathFailure,
  type PathInput,
  type ProfileName,
  type ReferenceName,
  type SignatureVerdicts,
  type Usage,
} from "../x509/path.ts";

/** What a certificate is to be used as; a peer is both. */
export type Role = "server" | "client" | "peer";

/** The two families of verifiers that meet in a cluster. */
export const verifiers = [
  { profile: "go", name: "Go", programs: "etcd, kube-apiserver, kubectl" },
  { profile: "openssl", name: "OpenSSL", programs: "Node, curl, nginx" },
] as const satisfies readonly {
  readonly profile: ProfileName;
  readonly name: string;
  readonly programs: string;
}[];

export type Verifier = (typeof verifiers)[number];

export interface VerificationInput {
  readonly leaf: Certificate;
  readonly intermediates: readonly Certificate[];
  readonly anchors: readonly Certificate[];
  readonly at: Instant;
  readonly name: ReferenceName | undefined;
  readonly role: Role | undefined;
  readonly crls: readonly RevocationList[];
  readonly verifySignature: VerifySignature;
}

/** One question about a certificate and its answer from one verifier. */
export interface Step {
  readonly step: "chain" | "usage" | "name" | "revocation";
  /** What was asked: "server", "DNS:etcd-1". */
  readonly asked: string | undefined;
  readonly verifier: Verifier;
  /** "unreached": an earlier step failed, so that no answer exists. */
  readonly outcome: "passed" | "failed" | "unreached";
  readonly failure?: PathFailure;
  /** Leaf first, anchor last; when it passed. */
  readonly chain?: readonly Certificate[];
}

/**
 * Asks each verifier one thing at a time: is there a chain, is it for that usage, is it for that name,
 * is nothing in it revoked. A certificate that fails one thing may still be told right in the others.
 */
export const verify = (input: VerificationInput): readonly Step[] => {
  const verdicts: SignatureVerdicts = new Map();
  return verifiers.flatMap((verifier) => stepsOf(input, verifier, verdicts));
};

const stepsOf = (
  input: VerificationInput,
  verifier: Verifier,
  verdicts: SignatureVerdicts,
): Step[] => {
  const base: PathInput = {
    leaf: input.leaf,
    intermediates: input.intermediates,
    anchors: input.anchors,
    at: input.at,
    usages: ["any"],
    profile: verifier.profile,
    verifySignature: input.verifySignature,
    verdicts,
  };
  const chain = buildPath(base);
  const ask = (
    step: Step["step"],
    asked: string | undefined,
    question: Partial<PathInput>,
  ): Step => {
    const result = buildPath({ ...base, ...question });
    if (result.ok) return { step, asked, verifier, outcome: "passed", chain: result.chain };
    // The chain's own failure hides the answer, except for what was found out before the chain was looked for.
    const hidden = !chain.ok && result.failure.code === chain.failure.code;
    return hidden
      ? { step, asked, verifier, outcome: "unreached" }
      : { step, asked, verifier, outcome: "failed", failure: result.failure };
  };
  const steps = [ask("chain", undefined, {})];
  if (!chain.ok)
    steps[0] = {
      step: "chain",
      asked: undefined,
      verifier,
      outcome: "failed",
      failure: chain.failure,
    };
  for (const [word, usage] of usagesOf(input.role)) {
    steps.push(ask("usage", word, { usages: [usage] }));
  }
  if (input.name !== undefined) {
    const { kind, value } = input.name;
    steps.push(ask("name", `${kind === "dns" ? "DNS" : kind}:${value}`, { name: input.name }));
  }
  if (input.crls.length > 0) steps.push(ask("revocation", undefined, { crls: input.crls }));
  return steps;
};

const usagesOf = (role: Role | undefined): (readonly [string, Usage])[] => {
  const server = ["server", "serverAuth"] as const;
  const client = ["client", "clientAuth"] as const;
  switch (role) {
    case undefined:
      return [];
    case "server":
      return [server];
    case "client":
      return [client];
    case "peer":
      return [server, client];
  }
};
