import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createFile } from "../../adapters/files/create.ts";
import { fileFailure } from "../../adapters/files/errno.ts";
import { fileSystem } from "../../adapters/files/file-system.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import { shellWord } from "../../core/text/shell-word.ts";
import { claimWords } from "../../core/run/claim-words.ts";
import type { HolderState } from "../../core/run/holder-states.ts";
import { writePem } from "../../core/x509/pem.ts";
import type { Authority, SigningGeneration } from "../../engine/authority/authority.ts";

/**
 * A folder for each holder, for whoever owns it: both CAs for now, the new one for the end, and what to do. No key is in
 * it. Gives the folders. Throws file.*, run.handover-exists.
 */
export const writeHandover = async (
  authority: Pick<Authority, "issuer">,
  states: readonly HolderState[],
  out: string,
): Promise<readonly string[]> => {
  const folders: string[] = [];
  for (const state of states) {
    // A holder's name may have slashes, as its path in the cluster does.
    const folder = join(out, state.holder.name.replaceAll("/", "_"));
    const files = await filesFor(authority, state);
    try {
      mkdirSync(folder, { recursive: true });
    } catch (error) {
      throw fileFailure(fileSystem, folder, "write", error);
    }
    for (const [name, text] of files) {
      const path = join(folder, name);
      if (!createFile(fileSystem, path, Buffer.from(text))) {
        throw failure("run.handover-exists", { path });
      }
    }
    folders.push(folder);
  }
  return folders;
};

const filesFor = async (
  authority: Pick<Authority, "issuer">,
  { holder, claims }: HolderState,
): Promise<ReadonlyMap<string, string>> => {
  const files = new Map<string, string>();
  const todo: string[] = [];
  for (const issuer of new Set(claims.map(({ claim }) => claim.issuer))) {
    const own = claims.map(({ claim }) => claim).filter((claim) => claim.issuer === issuer);
    const number = own[0]!.generation;
    const signing = (await authority.issuer(issuer)).generations.filter(
      (one): one is SigningGeneration => one.certificate !== undefined,
    );
    const next = signing.find((one) => one.number === number);
    if (next === undefined) continue;
    const both = signing.filter((one) => one.number <= number && one.stage !== "retired");
    files.set(`${issuer}.both.crt`, both.map(pemOf).join(""));
    files.set(`${issuer}.new.crt`, pemOf(next));
    if (own.some((claim) => claim.as === "trust")) {
      todo.push(
        `1. Let it trust ${issuer}.both.crt (old and new CA): the CA file, or certificate-authority-data of a kubeconfig (base64 -w0 < ${issuer}.both.crt). Have it read that again.`,
        `   Say so: certwright acknowledge ${shellWord(holder.name)} --note WHO-AND-HOW`,
        `   ${issuer}.new.crt alone is enough once the rotation has come to its end.`,
      );
    }
    if (own.some((claim) => claim.as === "certificate")) {
      todo.push(
        `2. Once the new CA signs (certwright status: the phase "switch" is proved), give it a certificate of it: make a request with the key it has (openssl req -new -key KEY -subj SUBJECT -out request.csr), and`,
        `   certwright sign request.csr --issuer ${issuer}`,
        `   Then say so: certwright acknowledge ${shellWord(holder.name)} --note WHO-AND-HOW`,
      );
    }
  }
  const { where, owner } = holder;
  files.set(
    "README.txt",
    [
      `${holder.name}: ${where}${owner === undefined ? "" : `, of ${owner}`}`,
      "",
      "The CA that this uses is being replaced. Before the old one is dropped:",
      ...claims.map(({ claim }) => `- ${claimWords(claim)}`),
      "",
      ...todo,
      "",
    ].join("\n"),
  );
  return files;
};

const pemOf = ({ certificate }: SigningGeneration): string =>
  writePem("CERTIFICATE", certificate.der);
