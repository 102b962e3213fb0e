import type { AlgorithmIdentifier } from "../model/certificate.ts";
import type { SignatureAlgorithm } from "../model/key.ts";
import { bytesOfHex } from "../bytes/hex.ts";
import { Recent } from "../bytes/recent.ts";
import type { DerReader } from "./der-reader.ts";
import { digest, keyType, pkcs, signature } from "./oids.ts";
import { tag } from "./tags.ts";

const isNull = (r: DerReader): boolean => r.tag === tag.null && r.start === r.stop;

/** Algorithms whose parameters must be NULL (RFC 4055 section 5, RFC 3279 section 2.3.1). */
const withNull: ReadonlySet<string> = new Set([
  signature.md5WithRSA,
  signature.sha1WithRSA,
  signature.sha256WithRSA,
  signature.sha384WithRSA,
  signature.sha512WithRSA,
  keyType.rsaEncryption,
]);

/** Algorithms that must have none (RFC 5758 section 3.2, RFC 8410 section 3). */
const withNone: ReadonlySet<string> = new Set([
  signature.ecdsaWithSHA1,
  signature.ecdsaWithSHA256,
  signature.ecdsaWithSHA384,
  signature.ecdsaWithSHA512,
  signature.ed25519,
  signature.ed448,
  keyType.x25519,
]);

const readUnknownAlgorithm = (r: DerReader, field: string): AlgorithmIdentifier => {
  const outer = r.open(field);
  const oid = r.oid(field);
  let parameters: Uint8Array | undefined;
  let nothing = false;
  if (r.more) {
    r.next(field);
    parameters = r.element();
    nothing = isNull(r);
    r.checkNested(field);
  }
  if (withNull.has(oid) ? !nothing : parameters !== undefined && withNone.has(oid))
    r.flaw(
      "algorithm.parameters",
      `the parameters of ${field} must be ${withNull.has(oid) ? "NULL" : "absent"} for ${oid}`,
      r.head,
    );
  r.leave(outer, field);
  return parameters === undefined ? { oid } : { oid, parameters };
};

/** Identifiers without a flaw; RSASSA-PSS with all its parameters has 67 octets. */
const recent = new Recent<AlgorithmIdentifier>(64, 80);

/** Reads an AlgorithmIdentifier (RFC 5280 section 4.1.1.2). Wrong parameters are a flaw. */
export const readAlgorithm = (r: DerReader, field: string): AlgorithmIdentifier => {
  const { bytes, position } = r;
  r.next(field);
  const known = recent.find(bytes, position, r.position);
  if (known !== undefined) return known;
  r.position = position;
  const flaws = r.findings.flaws.length;
  const algorithm = readUnknownAlgorithm(r, field);
  if (r.findings.flaws.length > flaws) return algorithm;
  // A copy: what is kept must not hold on to somebody's file.
  const { oid, parameters } = algorithm;
  const copy = parameters === undefined ? { oid } : { oid, parameters: parameters.slice() };
  recent.keep(bytes, position, r.position, copy);
  return copy;
};

/** DER of RSASSA-PSS-params with one digest for hash and MGF1 and a salt of its length (RFC 4055 section 3.1). */
const pssParameters = (digestLast: string, salt: string): string => {
  const hash = `300d06096086480165030402${digestLast}0500`;
  return `3034a00f${hash}a11c301a06092a864886f70d010108${hash}a2030201${salt}`;
};

const fromHex = (text: string): Uint8Array => bytesOfHex(text) ?? new Uint8Array(0);

/** DER of the AlgorithmIdentifier of each algorithm that certwright signs with. */
export const signatureAlgorithmDer: Readonly<Record<SignatureAlgorithm, Uint8Array>> = {
  "rsa-sha256": fromHex("300d06092a864886f70d01010b0500"),
  "rsa-sha384": fromHex("300d06092a864886f70d01010c0500"),
  "rsa-sha512": fromHex("300d06092a864886f70d01010d0500"),
  "rsa-pss-sha256": fromHex(`304106092a864886f70d01010a${pssParameters("01", "20")}`),
  "rsa-pss-sha384": fromHex(`304106092a864886f70d01010a${pssParameters("02", "30")}`),
  "rsa-pss-sha512": fromHex(`304106092a864886f70d01010a${pssParameters("03", "40")}`),
  "ecdsa-sha256": fromHex("300a06082a8648ce3d040302"),
  "ecdsa-sha384": fromHex("300a06082a8648ce3d040303"),
  "ecdsa-sha512": fromHex("300a06082a8648ce3d040304"),
  ed25519: fromHex("300506032b6570"),
};

export type DigestName = "sha1" | "sha256" | "sha384" | "sha512";

export interface PssParameters {
  readonly hash: DigestName;
  readonly mgfHash: DigestName;
  /** In octets. */
  readonly saltLength: number;
}

const digestName: ReadonlyMap<string, DigestName> = new Map(
  Object.entries(digest).map(([name, oid]) => [oid, name as DigestName]),
);

const readDigest = (r: DerReader): DigestName => {
  const oid = readAlgorithm(r, "digest of RSASSA-PSS").oid;
  return digestName.get(oid) ?? r.fatal(`RSASSA-PSS with digest ${oid} is not supported`, r.head);
};

/**
 * Reads RSASSA-PSS-params (RFC 4055 section 3.1); what is left out has the default there (SHA-1, salt of 20).
 * Fatal for a digest we do not know, for a mask function other than MGF1 and for a trailer other than 1.
 */
export const readPssParameters = (r: DerReader): PssParameters => {
  const field = "parameters of RSASSA-PSS";
  let hash: DigestName = "sha1";
  let mgfHash: DigestName = "sha1";
  let saltLength = 20;
  const outer = r.open(field);
  if (r.at(0xa0)) {
    const inner = r.open(field, 0xa0);
    hash = readDigest(r);
    r.leave(inner, field);
  }
  if (r.at(0xa1)) {
    const inner = r.open(field, 0xa1);
    const sequence = r.open(field);
    if (r.oid(field) !== pkcs.mgf1)
      r.fatal(`${field} name a mask function other than MGF1`, r.head);
    mgfHash = readDigest(r);
    r.leave(sequence, field);
    r.leave(inner, field);
  }
  if (r.at(0xa2)) {
    const inner = r.open(field, 0xa2);
    r.expect(tag.integer, field);
    saltLength = r.smallInteger(field);
    r.leave(inner, field);
  }
  if (r.at(0xa3)) {
    const inner = r.open(field, 0xa3);
    r.expect(tag.integer, field);
    if (r.smallInteger(field) !== 1) r.fatal(`${field} have a trailer other than 1`, r.head);
    r.leave(inner, field);
  }
  r.leave(outer, field);
  return { hash, mgfHash, saltLength };
};
