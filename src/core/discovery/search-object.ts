import type { Fingerprint } from "../model/certificate.ts";
import { latin1Of } from "../bytes/utf8.ts";
import { certificatesInText, decoded, shortestCertificate } from "./find-certificates.ts";
import type { KnownCas, Relation } from "./known-cas.ts";
import { namedFields, type ClusterCa, type Holder } from "./holder.ts";
import { ownerOf, writerOf, type ApiObject } from "./owner.ts";

/**
 * What an object holds of the cluster's CAs: at most one holder for trust and one for certificates. Its metadata is
 * passed over: kubectl keeps a copy of the whole object there. Nothing of the object is kept.
 */
export const holdersIn = (object: ApiObject, cas: KnownCas): readonly Holder[] => {
  const found = new Map<Holder["holds"], Found>();
  const note = (field: string, fingerprint: Fingerprint, { holds, cas: of }: Relation): void => {
    const one = found.get(holds) ?? { fields: new Set(), cas: new Set(), fingerprints: new Set() };
    found.set(holds, one);
    if (one.fields.size < namedFields) one.fields.add(field);
    for (const ca of of) one.cas.add(ca);
    one.fingerprints.add(fingerprint);
  };
  const isSecret = object.kind === "Secret";
  for (const [name, value] of Object.entries(object)) {
    if (name === "metadata") continue;
    walk(value, name, (text, field) => {
      const relate = (der: Uint8Array): void => {
        const related = cas.relate(der);
        if (related !== undefined) note(field, related.fingerprint, related.relation);
      };
      const encoded = (isSecret && name === "data") || name === "binaryData";
      const bytes = encoded ? decoded(text) : undefined;
      const readable = bytes === undefined ? text : latin1Of(bytes);
      certificatesInText(readable, relate);
      if (bytes === undefined) return;
      for (const { fingerprint, relation } of cas.within(readable))
        note(field, fingerprint, relation);
    });
  }
  return [...found].map(([holds, one]) => holderOf(object, holds, one));
};

const holderOf = (object: ApiObject, holds: Holder["holds"], found: Found): Holder => {
  const { namespace, name } = object.metadata;
  return {
    kind: object.kind ?? "object",
    ...(namespace === undefined ? {} : { namespace }),
    name,
    fields: [...found.fields],
    holds,
    cas: [...found.cas],
    fingerprints: [...found.fingerprints],
    owner: ownerOf(object),
    writer: writerOf(object, holds),
  };
};

interface Found {
  readonly fields: Set<string>;
  readonly cas: Set<ClusterCa>;
  readonly fingerprints: Set<Fingerprint>;
}

/** Every text that is long enough for a certificate, with its place: `data["ca.crt"]`. */
const walk = (value: unknown, at: string, visit: (text: string, field: string) => void): void => {
  if (typeof value === "string") {
    if (value.length >= shortestCertificate) visit(value, at);
  } else if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) walk(item, `${at}[${i}]`, visit);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      const step = /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) ? `.${key}` : `["${key}"]`;
      walk(item, at + step, visit);
    }
  }
};
