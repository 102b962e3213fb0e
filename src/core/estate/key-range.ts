import { compareBytes } from "../bytes/compare.ts";
import { utf8Bytes, utf8Of } from "../bytes/utf8.ts";
import type { EtcdAccess, EtcdPermission, KeyRange } from "../model/estate.ts";

/** etcd's mark in range_end for "everything from key on" (api/etcdserverpb/rpc.proto, RangeRequest). */
const toTheEnd = new Uint8Array([0]);
/** The smallest key there is: etcd refuses the empty one. */
const smallestKey = new Uint8Array([0]);

/** The one key. */
export const singleKey = (key: string): KeyRange => ({
  key: utf8Bytes(key),
  end: new Uint8Array(0),
});

/** All keys that begin with `prefix`; the empty prefix is every key. */
export const prefixRange = (prefix: string): KeyRange => {
  const key = utf8Bytes(prefix);
  if (key.length === 0) return { key: smallestKey, end: toTheEnd };
  // As client/v3 getPrefix: the first key behind the prefix is the prefix with its last octet below 0xff raised by one.
  for (let i = key.length - 1; i >= 0; i--) {
    if (key[i]! < 0xff) {
      const end = key.slice(0, i + 1);
      end[i]! += 1;
      return { key, end };
    }
  }
  return { key, end: toTheEnd };
};

/** Keys from `from` to before `to`. */
export const halfOpenRange = (from: string, to: string): KeyRange => ({
  key: utf8Bytes(from),
  end: utf8Bytes(to),
});

const isToTheEnd = (range: KeyRange): boolean => range.end.length === 1 && range.end[0] === 0;

/** Whether `key` is in the range. */
export const inRange = (range: KeyRange, key: Uint8Array): boolean => {
  if (range.end.length === 0) return compareBytes(range.key, key) === 0;
  if (compareBytes(key, range.key) < 0) return false;
  return isToTheEnd(range) || compareBytes(key, range.end) < 0;
};

export const equalRanges = (a: KeyRange, b: KeyRange): boolean =>
  compareBytes(a.key, b.key) === 0 && compareBytes(a.end, b.end) === 0;

/** Whether a permission of kind `access` lets its holder do `action`. */
export const allows = (access: EtcdAccess, action: "read" | "write"): boolean =>
  access === "readwrite" || access === action;

/**
 * A key that none of the ranges holds, `preferred` if it is one; undefined when together they hold every key.
 * If any key is outside, then the smallest key is, or the first key behind one of the ranges is.
 */
export const keyOutside = (
  ranges: readonly KeyRange[],
  preferred: string,
): Uint8Array | undefined => {
  const candidates = [
    utf8Bytes(preferred),
    smallestKey,
    ...ranges.flatMap((r) =>
      r.end.length === 0 ? [new Uint8Array([...r.key, 0])] : isToTheEnd(r) ? [] : [r.end],
    ),
  ];
  return candidates.find((key) => !ranges.some((range) => inRange(range, key)));
};

const keyText = (key: Uint8Array): string => {
  const { text, valid } = utf8Of(key);
  return valid && /^[\x20-\x7e\u00a0-\uffff]*$/.test(text)
    ? JSON.stringify(text).slice(1, -1)
    : [...key].map((octet) => `\\x${octet.toString(16).padStart(2, "0")}`).join("");
};

/** For people: `/calico/*`, `/one-key`, `[/a, /b)`, `every key`. */
export const formatRange = (range: KeyRange): string => {
  if (range.end.length === 0) return keyText(range.key);
  if (isToTheEnd(range)) {
    return compareBytes(range.key, smallestKey) === 0
      ? "every key"
      : `[${keyText(range.key)}, the last key]`;
  }
  const { text, valid } = utf8Of(range.key);
  return valid && compareBytes(prefixRange(text).end, range.end) === 0
    ? `${keyText(range.key)}*`
    : `[${keyText(range.key)}, ${keyText(range.end)})`;
};

/** "read /calico/*". */
export const formatPermission = (permission: EtcdPermission): string =>
  `${permission.access} ${formatRange(permission.range)}`;
