import type { Certificate } from "../../model/certificate.ts";
import { CertwrightError } from "../../errors/certwright-error.ts";
import { DerReader } from "../der-reader.ts";
import { extension } from "../oids.ts";
import { Findings } from "../reading.ts";
import { tag } from "../tags.ts";

export interface PolicyMapping {
  readonly issuerPolicy: string;
  readonly subjectPolicy: string;
}

/** RFC 5280 sections 4.2.1.5, 4.2.1.11 and 4.2.1.14; absent numbers are no constraint. */
export interface PolicyExtensions {
  readonly mappings: readonly PolicyMapping[];
  readonly requireExplicitPolicy: number | undefined;
  readonly inhibitPolicyMapping: number | undefined;
  readonly inhibitAnyPolicy: number | undefined;
}

const readMappings = (r: DerReader): PolicyMapping[] => {
  const field = "policyMappings";
  const mappings: PolicyMapping[] = [];
  r.open(field);
  while (r.more) {
    const outer = r.open(field);
    const issuerPolicy = r.oid(field);
    mappings.push({ issuerPolicy, subjectPolicy: r.oid(field) });
    r.leave(outer, field);
  }
  return mappings;
};

const readConstraints = (
  r: DerReader,
): [explicit: number | undefined, mapping: number | undefined] => {
  const field = "policyConstraints";
  r.open(field);
  const numbers: [explicit: number | undefined, mapping: number | undefined] = [
    undefined,
    undefined,
  ];
  for (const [i, octet] of [0x80, 0x81].entries())
    if (r.at(octet)) {
      r.next(field);
      numbers[i] = r.smallInteger(field);
    }
  return numbers;
};

const readInhibit = (r: DerReader): number => {
  r.expect(tag.integer, "inhibitAnyPolicy");
  return r.smallInteger("inhibitAnyPolicy");
};

/** What a certificate says of policies beyond naming them; "malformed" when one of the extensions cannot be read. */
export const policyExtensionsOf = (certificate: Certificate): PolicyExtensions | "malformed" => {
  const read = <T>(oid: string, decode: (r: DerReader) => T): T | undefined => {
    const found = certificate.extensions.find((one) => one.oid === oid);
    return found === undefined
      ? undefined
      : decode(new DerReader(found.value, new Findings("a policy extension", "tolerant")));
  };
  try {
    const [requireExplicitPolicy, inhibitPolicyMapping] = read(
      extension.policyConstraints,
      readConstraints,
    ) ?? [undefined, undefined];
    return {
      mappings: read(extension.policyMappings, readMappings) ?? [],
      requireExplicitPolicy,
      inhibitPolicyMapping,
      inhibitAnyPolicy: read(extension.inhibitAnyPolicy, readInhibit),
    };
  } catch (error) {
    if (error instanceof CertwrightError) return "malformed";
    throw error;
  }
};
