import type { FoundRequest, FoundRevocationList } from "../material/material.ts";
import { formatGeneralName, formatName } from "../x509/names.ts";
import { oidName } from "../x509/oids.ts";
import { formatInstant } from "../x509/time.ts";
import { keyText } from "./describe.ts";

/** A signing request in words and plain values. */
export const describeRequest = ({ request }: FoundRequest) => ({
  subject: formatName(request.subject),
  names: (request.subjectAltName ?? []).map(formatGeneralName),
  extensions: request.extensions.map(({ oid }) => oidName(oid)),
  key: { type: keyText(request.publicKey), sha256: request.publicKey.id },
  flaws: request.flaws,
});

/** A revocation list in words and plain values; its entries are counted, not listed. */
export const describeRevocationList = ({ list }: FoundRevocationList) => ({
  issuer: formatName(list.issuer),
  ...(list.number === undefined ? {} : { number: list.number.toString() }),
  thisUpdate: formatInstant(list.thisUpdate),
  ...(list.nextUpdate === undefined ? {} : { nextUpdate: formatInstant(list.nextUpdate) }),
  revoked: list.revoked.length,
  flaws: list.flaws,
});
