import { createHash, createPublicKey, verify } from "node:crypto";
import { join } from "node:path";
import { failure } from "../../core/errors/certwright-error.ts";
import { writePem } from "../../core/x509/pem.ts";
import type { ExportableKey } from "../../ports/private-key.ts";
import { keyMaker } from "../crypto/node-keys.ts";
import { createFile, replaceFile } from "../files/create.ts";
import { fileExists } from "../files/exists.ts";
import { fileSystem } from "../files/file-system.ts";
import { readFileBounded } from "../files/read.ts";
import type { Sealer } from "../keystore/file.ts";
import type { Sealed } from "../keystore/sealed.ts";
import { readOwnFile } from "../runs/own-file.ts";

// Reports are signed with a key that is for nothing else: a CA's key signs certificates and lists only, and what it signs
// besides could be taken for one. Made with the first report, it rests as CA keys do, under their passphrase.

const about = "certwright.report-key/1";

interface KeyFile {
  readonly format: typeof about;
  readonly key: Sealed;
}

const privatePath = (directory: string): string => join(directory, "report-key.json");

/** Where the public key is, as PEM: openssl dgst -sha256 -verify takes it. */
export const reportKeyPath = (directory: string): string => join(directory, "report-key.pub");

/** ECDSA on P-256 with SHA-256, DER: every openssl verifies it. Throws keystore.*. */
export const signReport = async (
  directory: string,
  sealer: Pick<Sealer, "seal" | "unseal">,
  report: Uint8Array,
): Promise<Uint8Array> => {
  const key = await readKey(directory, sealer);
  const path = reportKeyPath(directory);
  if (!fileExists(path)) {
    createFile(fileSystem, path, Buffer.from(writePem("PUBLIC KEY", key.spki)));
  }
  return key.sign("ecdsa-sha256", report);
};

const readKey = async (
  directory: string,
  sealer: Pick<Sealer, "seal" | "unseal">,
): Promise<ExportableKey> => {
  const path = privatePath(directory);
  const known = readOwnFile(path) as KeyFile | undefined;
  if (known === undefined) {
    const key = keyMaker.generate({ algorithm: "ec", curve: "P-256" });
    const pkcs8 = key.pkcs8();
    const file: KeyFile = { format: about, key: await sealer.seal(pkcs8, about) };
    pkcs8.fill(0);
    replaceFile(fileSystem, path, Buffer.from(`${JSON.stringify(file)}\n`));
    replaceFile(
      fileSystem,
      reportKeyPath(directory),
      Buffer.from(writePem("PUBLIC KEY", key.spki)),
    );
    return key;
  }
  const pkcs8 = known.format === about ? await sealer.unseal(known.key, about) : undefined;
  if (pkcs8 === undefined) throw failure("run.state-damaged", { path });
  const key = keyMaker.load(pkcs8);
  pkcs8.fill(0);
  return key;
};

/** Whether that public key (PEM) verifies the signature; what is no key verifies nothing. */
export const isSignedWith = (pem: string, report: Uint8Array, signature: Uint8Array): boolean => {
  try {
    return verify("sha256", report, createPublicKey(pem), signature);
  } catch {
    return false;
  }
};

/** SHA-256 of the key, hexadecimal: what an operator keeps elsewhere to know it again. */
export const reportKeyId = (pem: string): string =>
  createHash("sha256")
    .update(createPublicKey(pem).export({ type: "spki", format: "der" }))
    .digest("hex");

/** Throws file.*. */
export const readReportKey = (path: string): string =>
  Buffer.from(readFileBounded(path).bytes).toString("utf8");
