import { existsSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { CertwrightError, failure } from "../../core/errors/certwright-error.ts";
import { faultOf, joinMaterial, noMaterial, type Material } from "../../core/material/material.ts";
import { keyPathsBeside } from "../../core/material/pair.ts";
import { readMaterial } from "../../core/material/read-material.ts";
import { digests } from "../crypto/node-digests.ts";
import { readFileBounded } from "../files/read.ts";
import { identifyKey } from "./identify-key.ts";

/** Bits that let others than the owner use a key; group reading is allowed, as with a group of its own. */
const tooOpen = 0o037;

/** Everything in one file; a fault of the file itself is among the faults, and nothing is thrown. */
export const readOneFile = async (path: string): Promise<Material> => {
  try {
    const { bytes, facts } = readFileBounded(path);
    const material = await readBytes(bytes, path, facts.mode);
    const holdsKey = material.privateKeys.some(({ place }) => place.source === path);
    if (!holdsKey || (facts.mode & tooOpen) === 0) return material;
    const open = failure("file.key-too-open", { path, mode: facts.mode });
    return {
      ...material,
      faults: [...material.faults, faultOf(open, { source: path, offset: 0 })],
    };
  } catch (error) {
    return faultMaterial(error, path);
  }
};

/** Everything in bytes that may be PEM, DER or a manifest. `mode` is that of the file. */
export const readBytes = async (
  bytes: Uint8Array,
  source: string,
  mode?: number,
): Promise<Material> => {
  const origin = mode === undefined ? { source } : { source, mode };
  if (!looksLikeManifest(bytes)) return readMaterial(bytes, origin, digests, identifyKey);
  // Only now: the YAML library costs 20 ms of start.
  const { readManifest } = await import("./manifest.ts");
  const parts: Material[] = [];
  for (const { bytes: content, path, within, line } of readManifest(bytes, source)) {
    if (content !== undefined) {
      parts.push(readMaterial(content, { ...origin, within, line }, digests, identifyKey));
    } else if (path !== undefined) {
      // Paths in a kubeconfig count from its folder (client-go's RelativizePaths).
      parts.push(await readOneFile(isAbsolute(path) ? path : join(dirname(source), path)));
    }
  }
  return joinMaterial(parts);
};

/** The keys that lie beside a certificate's file; nothing when there are none. */
export const readKeysBeside = (path: string): Material => {
  for (const candidate of keyPathsBeside(path)) {
    if (!existsSync(candidate)) continue;
    try {
      const { bytes, facts } = readFileBounded(candidate);
      const origin = { source: candidate, mode: facts.mode };
      const { privateKeys } = readMaterial(bytes, origin, digests, identifyKey);
      if (privateKeys.length > 0) return { ...noMaterial, privateKeys };
    } catch (error) {
      // Nobody asked for this file: that it is not for our eyes is no fault.
      if (!(error instanceof CertwrightError)) throw error;
    }
  }
  return noMaterial;
};

export const faultMaterial = (error: unknown, source: string): Material => {
  if (!(error instanceof CertwrightError)) throw error;
  return { ...noMaterial, faults: [faultOf(error, { source, offset: 0 })] };
};

/** Whether a file's text looks like a Kubernetes manifest or kubeconfig, by its first 64 KiB. */
export const looksLikeManifest = (bytes: Uint8Array): boolean => {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 65_536));
  const text = head.toString("latin1");
  return (
    !text.startsWith("-----BEGIN") &&
    /(^|[\s{,])"?apiVersion"?\s*:/.test(text) &&
    /(^|[\s{,])"?kind"?\s*:/.test(text)
  );
};
