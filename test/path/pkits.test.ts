import assert from "node:assert/strict";
import { test } from "node:test";
import { digests } from "../../src/adapters/crypto/node-digests.ts";
import { verifySignature } from "../../src/adapters/crypto/node-verify.ts";
import { CertwrightError } from "../../src/core/errors/certwright-error.ts";
import { parseCertificate } from "../../src/core/x509/certificate.ts";
import { buildPath, type PathResult } from "../../src/core/x509/path.ts";
import { leaveOut } from "../left-out.ts";
import { assertAgreement, type Ran } from "../vectors/exceptions.ts";
import { pkitsCertificates, pkitsFolder, pkitsVectors, type PkitsVector } from "./suites.ts";

/** Sections that can be judged without revocation lists: signatures, dates, names, constraints, usages, policies, extensions. */
const sections = new Set([
  "4.1",
  "4.2",
  "4.3",
  "4.6",
  "4.7",
  "4.8",
  "4.9",
  "4.10",
  "4.11",
  "4.12",
  "4.13",
  "4.16",
]);

const sectionOf = (name: string): string => name.split(".").slice(0, 2).join(".").split(" ")[0]!;

/** PKITS calls them by name; its document gives their arcs. */
const policyOid = (name: string): string =>
  name === "anyPolicy"
    ? "2.5.29.32.0"
    : name.replace("NIST-test-policy-", "2.16.840.1.101.3.2.1.48.");

const validate = (
  vector: PkitsVector,
  ders: ReadonlyMap<string, Uint8Array>,
): PathResult | CertwrightError => {
  try {
    const path = vector.CertPath.map((name) =>
      parseCertificate(ders.get(name)!, { digests, reading: "tolerant" }),
    );
    return buildPath({
      leaf: path.at(-1)!,
      anchors: path.slice(0, 1),
      intermediates: path.slice(1, -1),
      // The suite's certificates are valid from 2010 to 2030.
      at: Date.UTC(2020, 0, 1),
      usages: ["any"],
      profile: "rfc5280",
      verifySignature,
      policies: {
        acceptable: vector.InitialPolicySet.map(policyOid),
        requireExplicit: vector.InitialExplicitPolicy,
        inhibitMapping: vector.InitialPolicyMappingInhibit,
        inhibitAny: vector.InitialAnyPolicyInhibit,
      },
    });
  } catch (error) {
    if (error instanceof CertwrightError) return error;
    throw error;
  }
};

test("NIST PKITS agrees with RFC 5280's path validation in every section that needs no revocation list", (t) => {
  const folder = pkitsFolder();
  if ("missing" in folder) return leaveOut(t, folder.missing);
  const ders = pkitsCertificates(folder.path);
  const vectors = pkitsVectors(folder.path).filter(({ Name }) => sections.has(sectionOf(Name)));
  assert.equal(vectors.length, 175);
  const ran = vectors.map((vector): Ran => {
    const result = validate(vector, ders);
    const ok = !(result instanceof CertwrightError) && result.ok;
    return {
      id: `pkits/${vector.Name}`,
      expected: vector.ShouldValidate ? "accept" : "reject",
      actual: ok ? "accept" : "reject",
      why:
        result instanceof CertwrightError
          ? result.message
          : result.ok
            ? ""
            : result.failure.message,
    };
  });
  return assertAgreement(ran);
});
