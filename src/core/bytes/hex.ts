const pairs: readonly string[] = Array.from({ length: 65_536 }, (_, i) =>
  i.toString(16).padStart(4, "0"),
);

/** Lower-case hexadecimal digits of `bytes` from `start` to before `end`. */
export const hexOf = (bytes: Uint8Array, start = 0, end: number = bytes.length): string => {
  let text = "";
  let at = start;
  // Two octets a step: half the string concatenations of the obvious loop.
  for (; at + 1 < end; at += 2) text += pairs[(bytes[at]! << 8) | bytes[at + 1]!]!;
  if (at < end) text += pairs[bytes[at]!]!.slice(2);
  return text;
};

const digitOf = (code: number): number => {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
};

/** Bytes of an even number of hexadecimal digits of either case; undefined for anything else. */
export const bytesOfHex = (text: string): Uint8Array | undefined => {
  if (text.length % 2 !== 0) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    const high = digitOf(text.charCodeAt(2 * i));
    const low = digitOf(text.charCodeAt(2 * i + 1));
    if (high < 0 || low < 0) return undefined;
    bytes[i] = (high << 4) | low;
  }
  return bytes;
};
