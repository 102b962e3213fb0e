/** Octets whose digits are put together at once; an array of each length, to hand to String.fromCharCode, made when first needed. */
const octetsAtOnce = 64;
const characters: (number[] | undefined)[] = Array.from({ length: octetsAtOnce + 1 });
const charactersOf = (octets: number): number[] =>
  (characters[octets] ??= Array.from({ length: 2 * octets }, () => 0));

const digits: readonly number[] = Array.from("0123456789abcdef", (digit) => digit.charCodeAt(0));

/**
 * Lower-case hexadecimal digits of `bytes` from `start` to before `end`.
 * By character codes: a table of all pairs of octets is eight times slower, since it does not fit a cache.
 */
export const hexOf = (bytes: Uint8Array, start = 0, end: number = bytes.length): string => {
  let text = "";
  for (let from = start; from < end; from += octetsAtOnce) {
    const octets = end - from < octetsAtOnce ? end - from : octetsAtOnce;
    const codes = charactersOf(octets);
    for (let i = 0; i < octets; i++) {
      const octet = bytes[from + i]!;
      codes[2 * i] = digits[octet >> 4]!;
      codes[2 * i + 1] = digits[octet & 15]!;
    }
    const part = String.fromCharCode.apply(null, codes);
    if (octets === end - start) return part;
    text += part;
  }
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
