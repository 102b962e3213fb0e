/** Identifier octets of the universal types that X.509 uses (X.680 section 8.6), constructed bit included. */
export const tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

const names = new Map<number, string>([
  [tag.boolean, "a BOOLEAN"],
  [tag.integer, "an INTEGER"],
  [tag.bitString, "a BIT STRING"],
  [tag.octetString, "an OCTET STRING"],
  [tag.null, "NULL"],
  [tag.oid, "an OBJECT IDENTIFIER"],
  [tag.enumerated, "an ENUMERATED"],
  [tag.utf8String, "a UTF8String"],
  [tag.numericString, "a NumericString"],
  [tag.printableString, "a PrintableString"],
  [tag.teletexString, "a TeletexString"],
  [tag.ia5String, "an IA5String"],
  [tag.utcTime, "a UTCTime"],
  [tag.generalizedTime, "a GeneralizedTime"],
  [tag.visibleString, "a VisibleString"],
  [tag.universalString, "a UniversalString"],
  [tag.bmpString, "a BMPString"],
  [tag.sequence, "a SEQUENCE"],
  [tag.set, "a SET"],
]);

/** An identifier octet in words. */
export const tagName = (octet: number): string =>
  names.get(octet) ??
  (octet >> 6 === 2 ? `[${octet & 0x1f}]` : `tag 0x${octet.toString(16).padStart(2, "0")}`);
