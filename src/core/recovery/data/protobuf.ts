import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";

/** A field as it stands in a message: a number, or bytes that are text, bytes or a message. */
export type Field =
  | { readonly number: number; readonly kind: "varint"; readonly value: number }
  | { readonly number: number; readonly kind: "bytes"; readonly value: Uint8Array };

/**
 * The fields of a message, in order. Undefined when the bytes are none, or end in the midst of it. Numbers above 2^53 are
 * not exact: none of those that are read here are as large.
 */
export const readFields = (bytes: Uint8Array): readonly Field[] | undefined => {
  const reader = new BinaryReader(bytes);
  const fields: Field[] = [];
  try {
    while (reader.pos < reader.len) {
      const [number, type] = reader.tag();
      if (type === WireType.Varint)
        fields.push({ number, kind: "varint", value: Number(reader.uint64()) });
      else if (type === WireType.LengthDelimited)
        fields.push({ number, kind: "bytes", value: reader.bytes() });
      else reader.skip(type, number);
    }
  } catch {
    // What it throws says only that these bytes are no message.
    return undefined;
  }
  return fields;
};

export const readVarint = (
  bytes: Uint8Array,
  start: number,
): { readonly value: number; readonly next: number } | undefined => {
  const reader = new BinaryReader(bytes.subarray(start));
  try {
    return { value: Number(reader.uint64()), next: start + reader.pos };
  } catch {
    return undefined;
  }
};

/** The bytes of each field of that number. */
export const all = (fields: readonly Field[] | undefined, number: number): readonly Uint8Array[] =>
  (fields ?? []).flatMap((one) =>
    one.number === number && one.kind === "bytes" ? [one.value] : [],
  );
