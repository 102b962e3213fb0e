import type { Certificate, Instant } from "../model/certificate.ts";
import type { Material, MaterialFault, Place } from "../material/material.ts";
import { pairings, type KeyPairing } from "../material/pair.ts";
import { describe, type Description } from "./describe.ts";
import { describeRequest, describeRevocationList } from "./describe-others.ts";

export interface Located {
  readonly source: string;
  readonly within?: string;
  readonly line?: number;
}

export interface ReportedKey extends Located {
  /** Whether it is the certificate's own; null when the key is encrypted or cannot be read. */
  readonly belongs: boolean | null;
  readonly encrypted: boolean;
  /** "0600"; absent when it is not in a file. */
  readonly mode?: string;
}

export interface ReportedCertificate extends Located, Description {
  readonly privateKey?: ReportedKey;
}

/** What inspection tells: plain data for `-o json`, and what the human forms are made of. */
export interface Report {
  readonly certificates: readonly ReportedCertificate[];
  readonly requests: readonly (Located & ReturnType<typeof describeRequest>)[];
  readonly revocationLists: readonly (Located & ReturnType<typeof describeRevocationList>)[];
  readonly privateKeys: readonly (Located & {
    readonly sha256: string | null;
    readonly encrypted: boolean;
  })[];
  readonly publicKeys: readonly (Located & { readonly sha256: string })[];
  readonly faults: readonly (Located & Omit<MaterialFault, "place" | "exit">)[];
}

export const reportOf = (material: Material, at: Instant): Report => {
  return {
    certificates: pairings(material).map(([found, pairing]) =>
      Object.assign(
        locate(found.place),
        describe(found.certificate, at),
        pairing === undefined ? {} : { privateKey: keyOf(pairing) },
      ),
    ),
    requests: material.requests.map((f) => Object.assign(locate(f.place), describeRequest(f))),
    revocationLists: material.revocationLists.map((f) =>
      Object.assign(locate(f.place), describeRevocationList(f)),
    ),
    privateKeys: material.privateKeys.map(({ place, id, encrypted }) =>
      Object.assign(locate(place), { sha256: id ?? null, encrypted }),
    ),
    publicKeys: material.publicKeys.map(({ place, key }) =>
      Object.assign(locate(place), { sha256: key.id }),
    ),
    faults: material.faults.map(({ place, code, message, hint, harmless }) =>
      Object.assign(locate(place), { code, message, hint, harmless }),
    ),
  };
};

/** Certificates once each, in the order found: the same one often lies in several files. */
export const distinctCertificates = (material: Material): readonly Certificate[] => [
  ...new Map(
    material.certificates.map(({ certificate }) => [certificate.fingerprint, certificate]),
  ).values(),
];

const locate = ({ source, within, line }: Place): Located => ({
  source,
  ...(within === undefined ? {} : { within }),
  ...(line === undefined ? {} : { line }),
});

const keyOf = ({ key, belongs }: KeyPairing): ReportedKey => ({
  ...locate(key.place),
  belongs: belongs === "unknown" ? null : belongs === "yes",
  encrypted: key.encrypted,
  ...(key.mode === undefined ? {} : { mode: `0${key.mode.toString(8)}` }),
});
