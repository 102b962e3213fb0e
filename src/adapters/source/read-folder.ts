import { failure } from "../../core/errors/certwright-error.ts";
import { faultOf, joinMaterial, noMaterial, type Material } from "../../core/material/material.ts";
import { readFileBounded } from "../files/read.ts";
import { faultMaterial, looksLikeManifest, readOneFile } from "./read-file.ts";
import { walkFolder, walkLimits } from "./walk.ts";

/** Names that promise PKI: such a file is read whole, and what is wrong with it is told. */
const promising = /\.(pem|crt|cer|cert|der|key|csr|crl|p7b|p7c|p12|pfx|jks|kubeconfig)$/i;

/** Bytes of other files that are looked at: above the largest bundle of public CAs and any kubeconfig. */
const otherLimit = 1024 * 1024;

/** Everything in a folder and its folders. Files that have nothing to do with PKI are passed over. */
export const readFolder = async (folder: string): Promise<Material> => {
  const { files, unreadable, cut } = walkFolder(folder);
  const parts: Material[] = unreadable.map((error) => faultMaterial(error, folder));
  let held = 0;
  for (const file of files) {
    if (!promising.test(file) && !holdsMaterial(file)) continue;
    held++;
    parts.push(await readOneFile(file));
  }
  if (cut) parts.push(faultOnly(failure("source.cut", { path: folder, ...walkLimits }), folder));
  if (held === 0 && parts.length === 0) {
    const looked = files.length === 0 ? "it is empty" : `looked at ${files.length} files`;
    parts.push(faultOnly(failure("source.nothing", { source: folder, looked }), folder));
  }
  return joinMaterial(parts);
};

const faultOnly = (error: ReturnType<typeof failure>, source: string): Material => ({
  ...noMaterial,
  faults: [faultOf(error, { source, offset: 0 })],
});

const holdsMaterial = (path: string): boolean => {
  try {
    const { bytes } = readFileBounded(path, { limit: otherLimit });
    return (
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes("-----BEGIN ") ||
      looksLikeManifest(bytes)
    );
  } catch {
    // A file that is not ours to judge: too big, a socket, or not for our eyes.
    return false;
  }
};
