import { digests } from "../../src/adapters/crypto/node-digests.ts";
import { verifySignature } from "../../src/adapters/crypto/node-verify.ts";
import { CertwrightError } from "../../src/core/errors/certwright-error.ts";
import type { Certificate, Instant } from "../../src/core/model/certificate.ts";
import type { RevocationList } from "../../src/core/model/revocation-list.ts";
import { parseCertificate } from "../../src/core/x509/certificate.ts";
import { parseRevocationList } from "../../src/core/x509/revocation-list.ts";
import {
  buildPath,
  type PathFailureCode,
  type ProfileName,
  type ReferenceName,
  type SignatureVerdicts,
  type Usage,
} from "../../src/core/x509/path.ts";
import type { LimboCase, LimboName } from "./case.ts";

export interface Verdict {
  readonly result: "SUCCESS" | "FAILURE";
  /** Why not; empty on success. */
  readonly why: string;
  readonly code: PathFailureCode | "unreadable" | undefined;
}

/**
 * The profile that a case is written for. The suite names it: webpki:: cases hold certificates to the CA/Browser
 * Forum's requirements, all others to RFC 5280; where the two differ the suite has a case for each
 * (and BetterTLS, for example, is full of common names that the Forum forbids).
 */
export const profileOf = (id: string): ProfileName =>
  id.startsWith("webpki::") ? "webpki" : "rfc5280-strict";

const kinds = { DNS: "dns", IP: "ip", RFC822: "email" } as const;
const referenceName = (name: LimboName): ReferenceName => ({
  kind: kinds[name.kind],
  value: name.value,
});

const knownUsages: ReadonlySet<string> = new Set([
  "serverAuth",
  "clientAuth",
  "codeSigning",
  "emailProtection",
]);

/** A limbo case without usages is judged by its kind, as a TLS library would. */
const usagesOf = (one: LimboCase): Usage[] => {
  const named = (one.extended_key_usage ?? []).filter((usage) => knownUsages.has(usage)) as Usage[];
  if (named.length > 0) return named;
  if ((one.extended_key_usage ?? []).includes("anyExtendedKeyUsage")) return ["any"];
  return [one.validation_kind === "SERVER" ? "serverAuth" : "clientAuth"];
};

const der = (pem: string): Uint8Array => {
  const body = /-----BEGIN [^-]+-----([^-]*)-----END/.exec(pem)?.[1] ?? "";
  return new Uint8Array(Buffer.from(body, "base64"));
};

/** Judges cases, keeping certificates and signature verdicts from one to the next: BetterTLS has one root 9,572 times. */
export class Judge {
  private readonly now: Instant;
  private readonly parsed = new Map<string, Certificate | CertwrightError>();
  private readonly verdicts: SignatureVerdicts = new Map();

  constructor(now: Instant) {
    this.now = now;
  }

  /** The certificate, or the error that reading it gave. Only what is seen often is worth keeping: roots. */
  private read(pem: string, keep: boolean): Certificate | CertwrightError {
    const known = this.parsed.get(pem);
    if (known !== undefined) return known;
    let result: Certificate | CertwrightError;
    try {
      result = parseCertificate(der(pem), { digests, reading: "tolerant" });
    } catch (error) {
      if (!(error instanceof CertwrightError)) throw error;
      result = error;
    }
    if (keep) this.parsed.set(pem, result);
    return result;
  }

  judge(one: LimboCase, profile: ProfileName = profileOf(one.id)): Verdict {
    const leaf = this.read(one.peer_certificate, false);
    if (leaf instanceof CertwrightError) return unreadable(leaf);
    const usable = (pems: readonly string[], keep: boolean): Certificate[] =>
      pems
        .map((pem) => this.read(pem, keep))
        .filter((read): read is Certificate => !(read instanceof CertwrightError));
    const intermediates = usable(one.untrusted_intermediates, false);
    const anchors = usable(one.trusted_certs, true);
    let crls: RevocationList[];
    try {
      crls = (one.crls ?? []).map((pem) => parseRevocationList(der(pem), { reading: "strict" }));
    } catch (error) {
      if (error instanceof CertwrightError) return unreadable(error);
      throw error;
    }
    const names = [
      ...(one.expected_peer_name ? [one.expected_peer_name] : []),
      ...(one.expected_peer_names ?? []),
    ].map(referenceName);
    for (const name of names.length === 0 ? [undefined] : names) {
      const result = buildPath({
        leaf,
        intermediates,
        anchors,
        at: one.validation_time ? Date.parse(one.validation_time) : this.now,
        ...(name === undefined ? {} : { name }),
        usages: usagesOf(one),
        profile,
        verifySignature,
        crls,
        verdicts: this.verdicts,
        ...(typeof one.max_chain_depth === "number"
          ? { maxIntermediates: one.max_chain_depth }
          : {}),
      });
      if (!result.ok)
        return { result: "FAILURE", why: result.failure.message, code: result.failure.code };
    }
    return { result: "SUCCESS", why: "", code: undefined };
  }
}

const unreadable = (error: CertwrightError): Verdict => ({
  result: "FAILURE",
  why: error.message,
  code: "unreadable",
});
