import type { Certificate } from "../model/certificate.ts";
import type { VerifySignature } from "../model/cryptography.ts";
import type { SignatureVerdicts } from "../x509/path.ts";
import type { FileChain, Gathered } from "./case.ts";
import { failuresOf } from "./failures.ts";
import {
  certificatesOf,
  revocationListsOf,
  type FileEvidence,
  type FileRole,
} from "./file-evidence.ts";

interface Verifier {
  readonly verifySignature: VerifySignature;
  readonly verdicts: SignatureVerdicts;
}

/** Files that are there to be trusted, by the setting that names them. */
const trusted: ReadonlySet<FileRole> = new Set([
  "client-ca",
  "server-client-ca",
  "peer-ca",
  "ca-bundle",
]);

const isCa = ({ basicConstraints, version }: Certificate): boolean =>
  basicConstraints?.ca === true || version === 1;

/** A file of CAs: said so by its role, or by its first certificate when nobody said anything. */
const isTrust = (file: FileEvidence): boolean => {
  if (trusted.has(file.role)) return true;
  const [first] = certificatesOf(file);
  return file.role === "other" && first !== undefined && isCa(first);
};

/**
 * Each certificate file as a chain of its own, held against all CA files of the run; a CA file of a single
 * certificate is its own chain when there is no other. For files alone: a server that was asked says more.
 */
export const fileChainsOf = (
  { files, now }: Gathered,
  { verifySignature, verdicts }: Verifier,
): readonly FileChain[] => {
  const cas = files.filter((file) => isTrust(file) && certificatesOf(file).length > 0);
  // A client's own certificate is judged as such (`own`), by what servers want of clients.
  const shown = files.filter(
    (file) =>
      !isTrust(file) && file.role !== "client-certificate" && certificatesOf(file).length > 0,
  );
  const anchors = cas.flatMap(certificatesOf);
  const crls = revocationListsOf(files);
  const judge = (file: FileEvidence): FileChain => {
    const chain = certificatesOf(file);
    const [leaf, ...intermediates] = chain;
    const verify = (profile: "go" | "openssl") =>
      failuresOf({
        leaf: leaf!,
        intermediates,
        anchors,
        at: now,
        usages: ["any"],
        profile,
        verifySignature,
        verdicts,
        crls,
      });
    return {
      file,
      chain,
      anchors,
      ...(cas[0] === undefined ? {} : { trust: cas[0] }),
      failures: { go: verify("go"), openssl: verify("openssl") },
    };
  };
  const judged = shown.length > 0 ? shown : cas.filter((file) => certificatesOf(file).length === 1);
  return judged.map(judge);
};
