import { utf8Of } from "../../bytes/utf8.ts";
import { readVarint } from "./protobuf.ts";

/** A key's value as one revision had it. */
export interface EtcdRecord {
  readonly key: string;
  readonly modRevision: number;
  readonly value: Uint8Array;
}

/** Where in its database a key's value stands, as one revision had it. */
export interface RecordHead {
  readonly modRevision: number;
  /** Counted from the key's first octet. */
  readonly start: number;
  readonly length: number;
}

/**
 * Reads what stands behind a key that begins at the first of these bytes: etcd keeps a message KeyValue
 * (api/mvccpb/kv.proto: key 1, create_revision 2, mod_revision 3, version 4, value 5), which goes on without a gap, also
 * over the pages of a long value (bbolt internal/common/page.go: overflow pages follow each other). Undefined: it is
 * another key's, a deletion, or no record.
 */
export const readHead = (bytes: Uint8Array, key: string): RecordHead | undefined => {
  let at = key.length;
  const numbers = new Map<number, number>();
  for (const field of [2, 3, 4]) {
    if (bytes[at] !== field * 8) return undefined;
    const value = readVarint(bytes, at + 1);
    if (value === undefined) return undefined;
    numbers.set(field, value.value);
    at = value.next;
  }
  if (bytes[at] !== 5 * 8 + 2) return undefined;
  const length = readVarint(bytes, at + 1);
  if (length === undefined) return undefined;
  return { modRevision: numbers.get(3)!, start: length.next, length: length.value };
};

/** Octets before a key that `readDeletion` looks at: a revision of 18 octets, and what a message begins with. */
export const leadBytes = 21;

/**
 * The revision in which a key was deleted, if it is a deletion that stands at `at`: a message with the key alone, under
 * a revision that ends in "t" (server/storage/mvcc/revision.go: big-endian main, "_", sub, the mark of a tombstone).
 */
export const readDeletion = (bytes: Uint8Array, at: number, key: string): number | undefined => {
  const end = at - (key.length < 128 ? 2 : 3);
  const start = end - 18;
  if (start < 0 || bytes[end] !== 0x0a || bytes[end - 1] !== 0x74 || bytes[start + 8] !== 0x5f)
    return undefined;
  let main = 0;
  for (const byte of bytes.subarray(start, start + 8)) main = main * 256 + byte;
  return main;
};

/** Where a key begins in a database: lines of `grep -abo`. */
export interface FoundKey {
  readonly offset: number;
  readonly key: string;
}

export const readFoundKeys = (text: string): readonly FoundKey[] =>
  text.split("\n").flatMap((line) => {
    const [, offset, key] = /^(\d+):(\/registry\/.+)$/.exec(line) ?? [];
    return offset === undefined || key === undefined ? [] : [{ offset: Number(offset), key }];
  });

/** What `od -An -v -tx1` printed. */
export const bytesOfDump = (text: string): Uint8Array =>
  Uint8Array.from(
    text.split(/\s+/).filter((word) => word !== ""),
    (word) => Number.parseInt(word, 16),
  );

/** Members as etcd's own bucket has them (server/etcdserver/api/membership/membership.go: JSON of each). */
export const readMembers = (
  text: string,
): readonly { readonly name: string; readonly peerUrls: readonly string[] }[] => {
  const found = new Map<string, { readonly name: string; readonly peerUrls: readonly string[] }>();
  for (const line of text.split("\n")) {
    const [, id, urls, name] =
      /\{"id":(\d+),"peerURLs":\[([^\]]*)\],(?:"isLearner":true,)?"name":"([^"]+)"/.exec(line) ??
      [];
    if (id === undefined || urls === undefined || name === undefined) continue;
    found.set(id, {
      name,
      peerUrls: [...urls.matchAll(/"([^"]+)"/g)].map(([, url]) => url!),
    });
  }
  return [...found.values()];
};

/** Why a value cannot be read, in words; undefined: it can. */
export const sealedWords = (value: Uint8Array): string | undefined => {
  const head = utf8Of(value.subarray(0, 32)).text;
  return head.startsWith("k8s:enc:")
    ? `it is encrypted (${head.split(":").slice(0, 3).join(":")})`
    : undefined;
};
