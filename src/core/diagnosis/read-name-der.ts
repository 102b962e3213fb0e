import { CertwrightError } from "../errors/certwright-error.ts";
import type { DistinguishedName } from "../model/name.ts";
import { DerReader } from "../x509/der-reader.ts";
import { readName } from "../x509/read-name.ts";
import { Findings } from "../x509/reading.ts";

/** A Name that stands alone, as in a server's list of acceptable CAs; undefined when it cannot be read. */
export const readNameDer = (der: Uint8Array): DistinguishedName | undefined => {
  try {
    return readName(new DerReader(der, new Findings("a CA's name", "tolerant")), "the name");
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error;
    return undefined;
  }
};
