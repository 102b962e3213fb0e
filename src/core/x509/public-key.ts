import { CertwrightError } from "../errors/certwright-error.ts";
import type { KeyAlgorithm, KeyId, PublicKey } from "../model/certificate.ts";
import type { Digests } from "../model/cryptography.ts";
import { viewOf } from "../bytes/compare.ts";
import { Recent } from "../bytes/recent.ts";
import { maxCertificateBytes } from "./budgets.ts";
import { DerReader } from "./der-reader.ts";
import { failure } from "../errors/certwright-error.ts";
import { curve, keyType } from "./oids.ts";
import { Findings, type Reading } from "./reading.ts";
import { tag } from "./tags.ts";

const algorithmOf: ReadonlyMap<string, KeyAlgorithm> = new Map<string, KeyAlgorithm>([
  [keyType.rsaEncryption, "rsa"],
  [keyType.rsaPss, "rsa"],
  [keyType.ecPublicKey, "ec"],
  [keyType.ed25519, "ed25519"],
  [keyType.ed448, "ed448"],
  [keyType.dsa, "dsa"],
]);

/** Curves by object identifier, with the size of the field in bits. */
const curveOf: ReadonlyMap<string, { readonly name: string; readonly bits: number }> = new Map([
  [curve["P-256"], { name: "P-256", bits: 256 }],
  [curve["P-384"], { name: "P-384", bits: 384 }],
  [curve["P-521"], { name: "P-521", bits: 521 }],
]);

/** A public key whose bytes are cut out and hashed on first use. */
class SubjectPublicKey implements PublicKey {
  algorithm: KeyAlgorithm = "unknown";
  oid = "";
  bits = 0;
  curve: string | undefined = undefined;
  private readonly bytes: Uint8Array;
  private readonly start: number;
  private readonly stop: number;
  private readonly digests: Digests;
  private cut: Uint8Array | undefined = undefined;
  private hashed: KeyId | undefined = undefined;

  constructor(bytes: Uint8Array, start: number, stop: number, digests: Digests) {
    this.bytes = bytes;
    this.start = start;
    this.stop = stop;
    this.digests = digests;
  }

  /** Always the same array, so that an adapter may keep a key object beside it. */
  get spki(): Uint8Array {
    return (this.cut ??= viewOf(this.bytes, this.start, this.stop));
  }

  get id(): KeyId {
    return (this.hashed ??= this.digests.sha256Hex(this.spki) as KeyId);
  }
}

/** RSAPublicKey (RFC 8017 appendix A.1.1) inside the BIT STRING; sets the modulus' length. */
const readRsa = (r: DerReader, key: SubjectPublicKey): void => {
  const field = "RSA public key";
  const outer = r.open(field);
  r.integer(field);
  let first = r.start;
  if (r.bytes[first]! >= 0x80)
    r.flaw("public-key.rsa-modulus", "the RSA modulus is negative", first);
  while (first < r.stop - 1 && r.bytes[first] === 0) first += 1;
  key.bits = (r.stop - first) * 8 - (Math.clz32(r.bytes[first]!) - 24);
  r.integer(field);
  if (r.bytes[r.start]! >= 0x80 || (r.stop - r.start === 1 && r.bytes[r.start]! < 3))
    r.flaw("public-key.rsa-exponent", "the RSA exponent is below 3", r.start);
  r.leave(outer, field);
};

/** Checks the form of a point; that it lies on the curve is for the cryptography adapter. */
const checkPoint = (r: DerReader, from: number, to: number, bits: number): void => {
  const size = Math.ceil(bits / 8);
  const form = r.bytes[from];
  const right =
    form === 4 ? to - from === 1 + 2 * size : (form === 2 || form === 3) && to - from === 1 + size;
  if (!right)
    r.flaw(
      "public-key.ec-point",
      `the elliptic curve point has the wrong form or ${to - from} octets`,
      from,
    );
  else if (form !== 4)
    // RFC 5480 section 2.2: compressed form MAY be used; Go, and so etcd and Kubernetes, refuses it.
    r.flaw("public-key.ec-compressed", "the elliptic curve point is compressed", from);
};

/** What the AlgorithmIdentifier says of a key. */
interface KeyForm {
  readonly oid: string;
  readonly algorithm: KeyAlgorithm;
  /** Of the curve; 0 where the key itself tells, or nothing does. */
  readonly bits: number;
  readonly curve: string | undefined;
}

/** Forms without a flaw: a handful for all keys. */
const recentForms = new Recent<KeyForm>(64, 32);

const field = "subjectPublicKeyInfo";

const readForm = (r: DerReader): KeyForm => {
  const { bytes, position } = r;
  r.expect(tag.sequence, field);
  const known = recentForms.find(bytes, position, r.position);
  if (known !== undefined) return known;
  const flaws = r.findings.flaws.length;
  const outer = r.enter();
  const oid = r.oid(field);
  const algorithm = algorithmOf.get(oid) ?? "unknown";
  let named: string | undefined;
  let parameters = 0;
  if (r.more) {
    r.next(field);
    parameters = r.tag;
    if (algorithm === "ec" && r.tag === tag.oid) named = r.lastOid(field);
    else r.checkNested(field);
  }
  if (
    oid === keyType.rsaEncryption
      ? parameters !== tag.null
      : (algorithm === "ed25519" || algorithm === "ed448") && parameters !== 0
  )
    r.flaw(
      "algorithm.parameters",
      `the parameters of ${field} must be ${algorithm === "rsa" ? "NULL" : "absent"}`,
      r.head,
    );
  // RFC 5480 section 2.1.1: only namedCurve.
  if (algorithm === "ec" && named === undefined)
    r.flaw("public-key.ec-parameters", "the curve is not given by name", position);
  r.leave(outer, field);
  const curveForm = curveOf.get(named ?? "");
  const bits = algorithm === "ed25519" ? 256 : algorithm === "ed448" ? 456 : (curveForm?.bits ?? 0);
  const form = { oid, algorithm, bits, curve: curveForm?.name ?? named };
  if (r.findings.flaws.length === flaws) recentForms.keep(bytes, position, r.position, form);
  return form;
};

const fill = (r: DerReader, key: SubjectPublicKey): void => {
  const outer = r.enter();
  const { oid, algorithm, bits, curve: named } = readForm(r);
  key.oid = oid;
  key.algorithm = algorithm;
  key.bits = bits;
  key.curve = named;
  r.expect(tag.bitString, field);
  if (r.lastBitString(field) !== 0)
    r.flaw("der.bit-string-partial", `${field} is not a whole number of octets`, r.start);
  const from = r.start + 1;
  const to = r.stop;
  if (algorithm === "rsa") {
    const resume = r.end;
    r.position = from;
    r.end = to;
    readRsa(r, key);
    if (r.more) r.flaw("der.trailing-data", "bytes behind the RSA public key", r.position);
    r.position = to;
    r.end = resume;
  } else if (algorithm === "ec") {
    if (bits > 0) checkPoint(r, from, to, bits);
  } else if (algorithm === "ed25519" || algorithm === "ed448") {
    const octets = algorithm === "ed25519" ? 32 : 57;
    if (to - from !== octets)
      r.flaw(
        "public-key.length",
        `an ${algorithm} key has ${to - from} octets, not ${octets}`,
        from,
      );
  }
  r.leave(outer, field);
};

/** Reads a SubjectPublicKeyInfo. In a tolerant reading one that cannot be made out is of unknown algorithm, and a flaw. */
export const readPublicKey = (r: DerReader, digests: Digests): PublicKey => {
  r.expect(tag.sequence, "subjectPublicKeyInfo");
  const { head, stop, end } = r;
  const key = new SubjectPublicKey(r.bytes, head, stop, digests);
  if (r.findings.strict) {
    fill(r, key);
    return key;
  }
  try {
    fill(r, key);
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error;
    r.flaw("public-key.malformed", error.message, head);
    r.end = end;
    r.position = stop;
  }
  return key;
};

/** Reads the DER of a SubjectPublicKeyInfo that stands alone. Throws x509.malformed. */
export const parsePublicKey = (
  spki: Uint8Array,
  digests: Digests,
  reading: Reading = "strict",
): PublicKey => {
  if (spki.length > maxCertificateBytes)
    throw failure("x509.too-big", {
      what: "the public key",
      size: spki.length,
      limit: maxCertificateBytes,
    });
  const r = new DerReader(spki, new Findings("the public key", reading));
  const key = readPublicKey(r, digests);
  if (r.more) r.flaw("der.trailing-data", "bytes behind the public key", r.position);
  return key;
};
