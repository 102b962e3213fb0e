import { CertwrightError } from "../errors/certwright-error.ts";
import type { Extension } from "../model/certificate.ts";
import type { DerReader } from "./der-reader.ts";
import { viewOf } from "../bytes/compare.ts";
import { tag } from "./tags.ts";

/** Where an extension stands: its extnValue's contents are `bytes[start..stop)`. Views are made on demand only. */
export interface ExtensionSpan {
  readonly oid: string;
  readonly critical: boolean;
  readonly start: number;
  readonly stop: number;
}

const field = "extensions";

/** Reads what stands between an extension's identifier and its value. */
export const readCritical = (r: DerReader, oid: string): boolean => {
  if (!r.at(tag.boolean)) return false;
  r.next(field);
  const critical = r.lastBoolean(field);
  if (!critical)
    r.flaw(
      "der.default-written",
      `extension ${oid} writes critical FALSE, its default (X.690 section 11.5)`,
      r.head,
    );
  return critical;
};

/** Notes an extension that was there before. */
export const noteDuplicate = (r: DerReader, oid: string, at: number): void =>
  r.flaw("extensions.duplicate", `extension ${oid} appears twice (RFC 5280 section 4.2)`, at);

/** Reads Extensions (RFC 5280 section 4.1): a SEQUENCE of at least one, each at most once. */
export const readExtensionSpans = (r: DerReader): ExtensionSpan[] => {
  const spans: ExtensionSpan[] = [];
  const seen = new Set<string>();
  const outer = r.open(field);
  while (r.more) {
    const inner = r.open(field);
    const oid = r.oid(field);
    const critical = readCritical(r, oid);
    r.expect(tag.octetString, field);
    spans.push({ oid, critical, start: r.start, stop: r.stop });
    if (seen.has(oid)) noteDuplicate(r, oid, r.start);
    seen.add(oid);
    r.leave(inner, field);
  }
  if (spans.length === 0) r.flaw("extensions.none", "the list of extensions is empty", r.head);
  r.leave(outer, field);
  return spans;
};

export const extensionOf = (bytes: Uint8Array, span: ExtensionSpan): Extension => ({
  oid: span.oid,
  critical: span.critical,
  value: viewOf(bytes, span.start, span.stop),
});

const readWhole = <T>(r: DerReader, read: (r: DerReader) => T): T => {
  const value = read(r);
  if (r.more) r.flaw("der.trailing-data", "bytes behind the value of an extension", r.position);
  return value;
};

/**
 * Decodes the value of an extension (its span, or the reader with the value as its last element), all of it. In a tolerant reading a value that cannot be made out
 * is a flaw, and undefined. The reader is left as it was.
 */
export const decodeValue = <T>(
  r: DerReader,
  value: Pick<ExtensionSpan, "start" | "stop">,
  read: (r: DerReader) => T,
): T | undefined => {
  const { position, end } = r;
  const { start, stop } = value;
  r.position = start;
  r.end = stop;
  let decoded: T | undefined;
  if (r.findings.strict) decoded = readWhole(r, read);
  else
    try {
      decoded = readWhole(r, read);
    } catch (error) {
      if (!(error instanceof CertwrightError)) throw error;
      r.flaw("extension.malformed", error.message, start);
    }
  r.position = position;
  r.end = end;
  return decoded;
};
