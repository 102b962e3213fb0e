import { asciiBytes } from "./utf8.ts";

const alphabet = asciiBytes("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");

/** 0-63 for a base64 character, 64 for white space, 65 for "=", 255 for anything else. */
export const base64Class: Uint8Array = (() => {
  const table = new Uint8Array(256).fill(255);
  for (let i = 0; i < 64; i++) table[alphabet[i]!] = i;
  for (const space of [0x20, 0x09, 0x0a, 0x0b, 0x0c, 0x0d]) table[space] = 64;
  table[0x3d] = 65;
  return table;
})();

export type Base64Result =
  | { readonly ok: true; readonly bytes: Uint8Array }
  /** `offset` is where in the input the first wrong character (or the end of a cut-off text) is. */
  | {
      readonly ok: false;
      readonly offset: number;
      readonly why: "character" | "padding" | "length" | "trailing-bits";
    };

/**
 * Decodes the range of `text` (ASCII octets), passing over white space.
 * Strict otherwise (RFC 4648 sections 3.2 to 3.5): padding is required and the bits behind the last octet are zero,
 * so that one text and only one stands for given bytes.
 */
export const decodeBase64 = (
  text: Uint8Array,
  start = 0,
  end: number = text.length,
): Base64Result => {
  const out = new Uint8Array(Math.floor(((end - start) * 3) / 4) + 3);
  let length = 0;
  let group = 0;
  let digits = 0;
  let padding = 0;
  for (let i = start; i < end; i++) {
    const value = base64Class[text[i]!]!;
    if (value < 64) {
      if (padding > 0) return { ok: false, offset: i, why: "padding" };
      group = (group << 6) | value;
      if (++digits === 4) {
        out[length++] = group >> 16;
        out[length++] = group >> 8;
        out[length++] = group;
        digits = 0;
        group = 0;
      }
    } else if (value === 65) {
      if (digits < 2 || ++padding + digits > 4) return { ok: false, offset: i, why: "padding" };
    } else if (value !== 64) {
      return { ok: false, offset: i, why: "character" };
    }
  }
  if (digits === 0) return { ok: true, bytes: out.slice(0, length) };
  if (digits + padding !== 4) return { ok: false, offset: end, why: "length" };
  if ((group & (digits === 2 ? 0x0f : 0x03)) !== 0)
    return { ok: false, offset: end, why: "trailing-bits" };
  out[length++] = digits === 2 ? group >> 4 : group >> 10;
  if (digits === 3) out[length++] = group >> 2;
  return { ok: true, bytes: out.slice(0, length) };
};

/** Base64 with padding, in lines of `lineLength` characters joined by LF; one line when 0. No line break at the end. */
export const encodeBase64 = (bytes: Uint8Array, lineLength = 0): string => {
  let text = "";
  let column = 0;
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const group =
      (bytes[i]! << 16) | (left > 1 ? bytes[i + 1]! << 8 : 0) | (left > 2 ? bytes[i + 2]! : 0);
    if (lineLength > 0 && column === lineLength) {
      text += "\n";
      column = 0;
    }
    text += String.fromCharCode(
      alphabet[group >> 18]!,
      alphabet[(group >> 12) & 63]!,
      left > 1 ? alphabet[(group >> 6) & 63]! : 0x3d,
      left > 2 ? alphabet[group & 63]! : 0x3d,
    );
    column += 4;
  }
  return text;
};
