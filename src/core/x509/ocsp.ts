import { hexOf } from "../bytes/hex.ts";
import { CertwrightError } from "../errors/certwright-error.ts";
import type { Instant } from "../model/certificate.ts";
import { DerReader } from "./der-reader.ts";
import { Findings } from "./reading.ts";
import { tag } from "./tags.ts";
import { readTime } from "./time.ts";

/** What an OCSP response says of one certificate (RFC 6960 section 4.2.1). */
export interface OcspStatus {
  /** As Certificate.serial. */
  readonly serial: string;
  readonly status: "good" | "revoked" | "unknown";
  readonly revokedAt?: Instant;
  readonly thisUpdate: Instant;
  readonly nextUpdate?: Instant;
}

/** Certificates of one response that are read; a stapled one has one (RFC 6066 section 8). */
const maxStatuses = 64;

/**
 * Reads an OCSP response (DER) without checking its signature: the statuses of a successful one, undefined for
 * anything else.
 */
export const readOcspResponse = (der: Uint8Array): readonly OcspStatus[] | undefined => {
  try {
    return readResponse(new DerReader(der, new Findings("an OCSP response", "tolerant")));
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error;
    return undefined;
  }
};

/** Context tags, constructed and primitive (X.690 section 8.1.2). */
const context = (number: number): number => 0xa0 + number;
const primitive = (number: number): number => 0x80 + number;

const readResponse = (r: DerReader): readonly OcspStatus[] | undefined => {
  r.open("the OCSP response");
  r.expect(tag.enumerated, "the response status");
  if (r.bytes[r.start] !== 0 || !r.at(context(0))) return undefined;
  r.open("the response bytes", context(0));
  r.open("the response bytes");
  r.expect(tag.oid, "the response type");
  r.expect(tag.octetString, "the response");
  r.enter();
  r.open("the basic response");
  r.open("the response data");
  if (r.at(context(0))) r.next("the version");
  r.next("the responder's name");
  r.next("the time of production");
  r.open("the statuses");
  const statuses: OcspStatus[] = [];
  while (r.more && statuses.length < maxStatuses) {
    const outer = r.open("a status");
    statuses.push(readStatus(r));
    r.position = r.end;
    r.leave(outer, "a status");
  }
  return statuses;
};

const readStatus = (r: DerReader): OcspStatus => {
  const whole = r.open("the certificate's identity");
  r.next("the hash algorithm");
  r.next("the hash of the issuer's name");
  r.next("the hash of the issuer's key");
  r.expect(tag.integer, "the serial number");
  const { start, stop } = r;
  const digits = r.bytes.subarray(start, stop);
  const serial = hexOf(digits.length > 1 && digits[0] === 0 ? digits.subarray(1) : digits);
  r.leave(whole, "the certificate's identity");
  r.next("the status");
  const status =
    r.tag === primitive(0) ? "good" : r.tag === context(1) ? "revoked" : ("unknown" as const);
  let revokedAt: Instant | undefined;
  if (status === "revoked") {
    const outer = r.enter();
    revokedAt = readTime(r, "the time of revocation");
    r.position = r.end;
    r.leave(outer, "the status");
  }
  const thisUpdate = readTime(r, "this update");
  let nextUpdate: Instant | undefined;
  if (r.at(context(0))) {
    const outer = r.open("next update", context(0));
    nextUpdate = readTime(r, "next update");
    r.leave(outer, "next update");
  }
  return {
    serial,
    status,
    thisUpdate,
    ...(revokedAt === undefined ? {} : { revokedAt }),
    ...(nextUpdate === undefined ? {} : { nextUpdate }),
  };
};
