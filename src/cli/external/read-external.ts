import { encodeBase64 } from "../../core/bytes/base64.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type { ExternalCa } from "../../core/model/plan.ts";
import { above, isSelfIssued } from "../../core/x509/above.ts";
import { formatName } from "../../core/x509/names.ts";
import { readInputMaterial } from "../pki/read-material.ts";
import type { Terminal } from "../terminal.ts";

/** The root in that file, which may hold CAs below it, too. Throws answer.no-root. */
export const readExternal = async (terminal: Terminal, file: string): Promise<ExternalCa> => {
  const { certificates } = await readInputMaterial(terminal, file);
  const roots = certificates
    .map(({ certificate }) => certificate)
    .filter((one) => isSelfIssued(one) && one.basicConstraints?.ca === true);
  const [root] = roots;
  if (root === undefined || roots.length > 1) {
    throw failure("answer.no-root", { path: file, roots: roots.length });
  }
  return { fingerprint: root.fingerprint, subject: formatName(root.subject) };
};

/** The CA in that file that stands below all others in it, and signs leaves itself. Throws answer.no-signer. */
export const readExternalSigner = async (terminal: Terminal, file: string): Promise<ExternalCa> => {
  const { certificates } = await readInputMaterial(terminal, file);
  const all = certificates.map(({ certificate }) => certificate);
  const lowest = all.filter(
    (one) =>
      one.basicConstraints?.ca === true &&
      !all.some((below) => below !== one && above(below, all).includes(one)),
  );
  const [own] = lowest;
  if (own === undefined || lowest.length > 1) {
    const found = lowest.map(({ subject }) => formatName(subject));
    throw failure("answer.no-signer", { path: file, found });
  }
  return {
    fingerprint: own.fingerprint,
    subject: formatName(own.subject),
    leaves: {
      key: own.publicKey.id,
      certificates: [own, ...above(own, all)].map(({ der }) => encodeBase64(der)),
    },
  };
};
