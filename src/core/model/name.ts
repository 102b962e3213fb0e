/** One attribute of a distinguished name (RFC 5280 section 4.1.2.4). */
export interface NameAttribute {
  /** Dotted object identifier, for example "2.5.4.3". */
  readonly oid: string;
  /** Decoded text; for a value that is no string type: "#" and its DER in hexadecimal (RFC 4514 section 2.4). */
  readonly value: string;
  /** Universal tag number of the encoded value: 12 UTF8String, 19 PrintableString, 22 IA5String, … */
  readonly tag: number;
}

/** A distinguished name: an ordered sequence of relative distinguished names, most significant first. */
export interface DistinguishedName {
  /** The encoded Name, tag and length included. Byte equality of two names is equality for path building in Go. */
  readonly der: Uint8Array;
  readonly rdns: readonly (readonly NameAttribute[])[];
}

/** RFC 5280 section 4.2.1.6. */
export type GeneralName =
  | { readonly kind: "dns"; readonly value: string }
  | { readonly kind: "email"; readonly value: string }
  | { readonly kind: "uri"; readonly value: string }
  /** 4 or 16 bytes as a subject alternative name, 8 or 32 (address and mask) inside name constraints. */
  | { readonly kind: "ip"; readonly bytes: Uint8Array; readonly value: string }
  | { readonly kind: "directory"; readonly name: DistinguishedName }
  /** `value` is the DER inside the explicit [0]; `text` is set when that is a string type. */
  | {
      readonly kind: "other";
      readonly oid: string;
      readonly value: Uint8Array;
      readonly text?: string;
    }
  | { readonly kind: "registeredId"; readonly oid: string }
  | { readonly kind: "x400" | "ediParty"; readonly der: Uint8Array };

export type GeneralNameKind = GeneralName["kind"];
