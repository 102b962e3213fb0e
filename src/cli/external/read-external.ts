import { failure } from "../../core/errors/certwright-error.ts";
import type { ExternalCa } from "../../core/model/plan.ts";
import { isSelfIssued } from "../../core/x509/above.ts";
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
