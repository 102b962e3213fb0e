import { asciiOf, isAscii, latin1Of, utf8Of } from "../bytes/utf8.ts";
import type { DerReader } from "./der-reader.ts";
import { tag } from "./tags.ts";

/** A-Z a-z 0-9 space ' ( ) + , - . / : = ? (X.680 section 41.4). */
const printable: Uint8Array = (() => {
  const table = new Uint8Array(256);
  const all = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 '()+,-./:=?";
  for (let i = 0; i < all.length; i++) table[all.charCodeAt(i)] = 1;
  return table;
})();

/** Whether every octet may stand in a PrintableString. */
export const isPrintable = (bytes: Uint8Array, start = 0, end: number = bytes.length): boolean => {
  for (let i = start; i < end; i++) if (printable[bytes[i]!] === 0) return false;
  return true;
};

/** Big-endian code units of `width` octets. */
const wideText = (bytes: Uint8Array, start: number, end: number, width: 2 | 4): string => {
  let text = "";
  for (let i = start; i + width <= end; i += width) {
    let unit = 0;
    for (let k = 0; k < width; k++) unit = unit * 256 + bytes[i + k]!;
    if (width === 2) text += String.fromCharCode(unit);
    else text += unit <= 0x10ffff ? String.fromCodePoint(unit) : "\uFFFD";
  }
  return text;
};

/** Text of the reader's last element when that is a string type, else undefined. Wrong characters are flaws. */
export const lastString = (r: DerReader, field: string): string | undefined => {
  const { bytes, start, stop } = r;
  switch (r.tag) {
    case tag.utf8String: {
      const ascii = asciiOf(bytes, start, stop);
      if (ascii !== undefined) return ascii;
      const { text, valid } = utf8Of(bytes, start, stop);
      if (!valid) r.flaw("string.utf8", `${field} is not UTF-8`, start);
      return text;
    }
    case tag.printableString:
      if (!isPrintable(bytes, start, stop))
        r.flaw(
          "string.printable",
          `${field} has a character that no PrintableString may hold`,
          start,
        );
      return latin1Of(bytes, start, stop);
    case tag.ia5String:
    case tag.visibleString:
    case tag.numericString:
      if (!isAscii(bytes, start, stop))
        r.flaw("string.ascii", `${field} has an octet above 127`, start);
      return latin1Of(bytes, start, stop);
    case tag.teletexString:
      // T.61 in name, Latin-1 in practice: what OpenSSL and Go take it for.
      return latin1Of(bytes, start, stop);
    case tag.bmpString:
    case tag.universalString: {
      const width = r.tag === tag.bmpString ? 2 : 4;
      if ((stop - start) % width !== 0)
        r.flaw("string.width", `${field} is not made of units of ${width} octets`, start);
      return wideText(bytes, start, stop, width);
    }
    default:
      return undefined;
  }
};
