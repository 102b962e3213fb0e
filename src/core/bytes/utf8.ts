/** An array of each length up to this one, to hand characters to String.fromCharCode at once; made when first needed. */
const longestAtOnce = 128;
const characters: (number[] | undefined)[] = Array.from({ length: longestAtOnce + 1 });
const charactersOf = (length: number): number[] =>
  (characters[length] ??= Array.from({ length }, () => 0));

/**
 * Text of octets taken as Latin-1, one character an octet.
 * All characters in one call: the string is then flat, a third of the memory of one put together piece by piece.
 * From plain arrays, which V8 takes over faster than typed ones.
 */
export const latin1Of = (bytes: Uint8Array, start = 0, end: number = bytes.length): string => {
  let text = "";
  for (let from = start; from < end; from += longestAtOnce) {
    const length = end - from < longestAtOnce ? end - from : longestAtOnce;
    const codes = charactersOf(length);
    for (let i = 0; i < length; i++) codes[i] = bytes[from + i]!;
    const part = String.fromCharCode.apply(null, codes);
    if (length === end - start) return part;
    text += part;
  }
  return text;
};

/** Whether all octets of the range are below 128. */
export const isAscii = (bytes: Uint8Array, start = 0, end: number = bytes.length): boolean => {
  let all = 0;
  for (let i = start; i < end; i++) all |= bytes[i]!;
  return all < 0x80;
};

/** Text of octets that are all below 128, undefined when one is not. In one pass for the usual lengths. */
export const asciiOf = (bytes: Uint8Array, start: number, end: number): string | undefined => {
  const length = end - start;
  if (length > longestAtOnce)
    return isAscii(bytes, start, end) ? latin1Of(bytes, start, end) : undefined;
  const codes = charactersOf(length);
  let all = 0;
  for (let i = 0; i < length; i++) {
    const octet = bytes[start + i]!;
    all |= octet;
    codes[i] = octet;
  }
  return all < 0x80 ? String.fromCharCode.apply(null, codes) : undefined;
};

/**
 * Length of the well-formed UTF-8 sequence at `i` (RFC 3629 section 4: no overlong forms, no surrogates,
 * nothing above U+10FFFF), or 0 when there is none.
 */
const sequenceLength = (bytes: Uint8Array, i: number, end: number): number => {
  const first = bytes[i]!;
  if (first < 0x80) return 1;
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (length === 0 || i + length > end) return 0;
  const second = bytes[i + 1]!;
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) return 0;
  for (let k = 2; k < length; k++) if ((bytes[i + k]! & 0xc0) !== 0x80) return 0;
  return length;
};

/** Text of UTF-8 octets; an octet that begins no well-formed sequence becomes U+FFFD and `valid` is false. */
export const utf8Of = (
  bytes: Uint8Array,
  start = 0,
  end: number = bytes.length,
): { text: string; valid: boolean } => {
  const ascii = asciiOf(bytes, start, end);
  if (ascii !== undefined) return { text: ascii, valid: true };
  let text = "";
  let valid = true;
  for (let i = start; i < end;) {
    const length = sequenceLength(bytes, i, end);
    const first = bytes[i]!;
    if (length === 0) {
      valid = false;
      text += "\uFFFD";
      i += 1;
      continue;
    }
    let point = length === 1 ? first : first & (0xff >> (length + 1));
    for (let k = 1; k < length; k++) point = (point << 6) | (bytes[i + k]! & 0x3f);
    text += String.fromCodePoint(point);
    i += length;
  }
  return { text, valid };
};

/** UTF-8 octets of a text; a lone surrogate becomes U+FFFD, as the WHATWG encoder does it. */
export const utf8Bytes = (text: string): Uint8Array => {
  const bytes = new Uint8Array(text.length * 3);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    let point = text.charCodeAt(i);
    if (point < 0x80) {
      bytes[length++] = point;
      continue;
    }
    if (point >= 0xd800 && point <= 0xdfff) {
      const low = point < 0xdc00 ? text.charCodeAt(i + 1) : 0;
      if (low >= 0xdc00 && low <= 0xdfff) {
        point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
        i += 1;
      } else {
        point = 0xfffd;
      }
    }
    if (point < 0x800) {
      bytes[length++] = 0xc0 | (point >> 6);
    } else {
      if (point < 0x10000) {
        bytes[length++] = 0xe0 | (point >> 12);
      } else {
        bytes[length++] = 0xf0 | (point >> 18);
        bytes[length++] = 0x80 | ((point >> 12) & 0x3f);
      }
      bytes[length++] = 0x80 | ((point >> 6) & 0x3f);
    }
    bytes[length++] = 0x80 | (point & 0x3f);
  }
  return bytes.slice(0, length);
};

/** One octet a character: for texts that are known to be ASCII (PEM, times, host names). */
export const asciiBytes = (text: string): Uint8Array => {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
};
