import { failure } from "../../core/errors/certwright-error.ts";
import { normalSerial } from "../../engine/authority/revocation.ts";

/** A serial in the store's form, from hexadecimal with or without colons. */
export const serial = (text: string, flag: string): string => {
  const digits = normalSerial(text);
  if (/^[0-9a-f]+$/.test(digits)) return digits;
  throw failure("usage.invalid-option", {
    option: flag,
    value: text,
    expected: "a serial in hexadecimal, such as 4f1c09 or 4F:1C:09",
  });
};
