import type { PolicyInformation } from "../model/certificate.ts";
import { DerWriter } from "../x509/der-writer.ts";
import { tag } from "../x509/tags.ts";
import type { PolicyIdentifier } from "./role.ts";

// PolicyQualifierIds of RFC 5280 section 4.2.1.4.
const cpsPointer = "1.3.6.1.5.5.7.2.1";
const userNotice = "1.3.6.1.5.5.7.2.2";

const qualifiers = ({ cps, notice }: PolicyIdentifier): Uint8Array | undefined => {
  if (cps === undefined && notice === undefined) return undefined;
  const w = new DerWriter(256);
  const all = w.mark;
  if (notice !== undefined) {
    const one = w.mark;
    w.utf8(notice);
    w.close(tag.sequence, one);
    w.oid(userNotice, "policy qualifier");
    w.close(tag.sequence, one);
  }
  if (cps !== undefined) {
    const one = w.mark;
    w.ascii(cps, tag.ia5String, "certification practice statement");
    w.oid(cpsPointer, "policy qualifier");
    w.close(tag.sequence, one);
  }
  w.close(tag.sequence, all);
  return w.finish();
};

/** Certificate policies of a role (RFC 5280 section 4.2.1.4). */
export const encodePolicies = (
  policies: readonly PolicyIdentifier[],
): readonly PolicyInformation[] =>
  policies.map((policy) => {
    const encoded = qualifiers(policy);
    return { oid: policy.oid, ...(encoded === undefined ? {} : { qualifiers: encoded }) };
  });
