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

/** Reads Extensions (RFC 5280 section 4.1): a SEQUENCE of at least one, each at most once. */
export const readExtensionSpans = (r: DerReader): ExtensionSpan[] => {
  const field = "extensions";
  const spans: ExtensionSpan[] = [];
  const outer = r.open(field);
  while (r.more) {
    const inner = r.open(field);
    const oid = r.oid(field);
    let critical = false;
    if (r.at(tag.boolean)) {
      r.next(field);
      critical = r.lastBoolean(field);
      if (!critical)
        r.flaw(
          "der.default-written",
          `extension ${oid} writes critical FALSE, its default (X.690 section 11.5)`,
          r.head,
        );
    }
    r.expect(tag.octetString, field);
    spans.push({ oid, critical, start: r.start, stop: r.stop });
    r.leave(inner, field);
  }
  if (spans.length === 0) r.flaw("extensions.none", "the list of extensions is empty", r.head);
  else checkDuplicates(r, spans);
  r.leave(outer, field);
  return spans;
};

const checkDuplicates = (r: DerReader, spans: readonly ExtensionSpan[]): void => {
  const duplicate = (span: ExtensionSpan): void =>
    r.flaw(
      "extensions.duplicate",
      `extension ${span.oid} appears twice (RFC 5280 section 4.2)`,
      span.start,
    );
  if (spans.length > 16) {
    const seen = new Set<string>();
    for (const span of spans) {
      if (seen.has(span.oid)) duplicate(span);
      seen.add(span.oid);
    }
    return;
  }
  // Up to a usual number of them, comparing each with each is cheaper than a set.
  for (let i = 1; i < spans.length; i++)
    for (let j = 0; j < i; j++)
      if (spans[i]!.oid === spans[j]!.oid) {
        duplicate(spans[i]!);
        break;
      }
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
 * Decodes the value of an extension, all of it. In a tolerant reading a value that cannot be made out
 * is a flaw, and undefined. The reader is left as it was.
 */
export const decodeValue = <T>(
  r: DerReader,
  span: ExtensionSpan,
  read: (r: DerReader) => T,
): T | undefined => {
  const { position, end } = r;
  r.position = span.start;
  r.end = span.stop;
  let value: T | undefined;
  if (r.findings.strict) value = readWhole(r, read);
  else
    try {
      value = readWhole(r, read);
    } catch (error) {
      if (!(error instanceof CertwrightError)) throw error;
      r.flaw("extension.malformed", error.message, span.start);
    }
  r.position = position;
  r.end = end;
  return value;
};
