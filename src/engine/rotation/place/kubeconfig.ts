import { utf8Bytes, utf8Of } from "../../../core/bytes/utf8.ts";
import { CertwrightError, failure } from "../../../core/errors/certwright-error.ts";
import {
  parseKubeconfig,
  type Kubeconfig,
  type KubeconfigField,
} from "../../../core/kubeconfig/kubeconfig.ts";
import { faultOf } from "../../../core/material/material.ts";
import type { Digest, Slot } from "../../../core/model/inventory.ts";
import type { NodeFile } from "../../../ports/node.ts";
import type { SlotContent } from "../read-slot.ts";
import { certificatesIn, keyIn, type Reader } from "./material.ts";

/** Which part of a kubeconfig a slot's certificates are. */
export const certificateField = (role: Slot["role"]): KubeconfigField =>
  role === "trusts" ? "certificate-authority" : "client-certificate";

/**
 * What a kubeconfig holds inline for a slot: of what its current context names, the cluster's CA or the user's
 * certificate and key. A part that is a file's name is a fault: that file would be a place of its own.
 */
export const readKubeconfigPart = (
  ports: Reader,
  file: NodeFile | undefined,
  role: Slot["role"],
): SlotContent => {
  const nothing = { certificates: [], strayKeys: 0, faults: [] };
  if (file === undefined) return nothing;
  const { path, facts } = file;
  const faulty = (error: unknown): SlotContent => {
    if (!(error instanceof CertwrightError)) throw error;
    const faults = [faultOf(error, { source: path, offset: 0 })];
    return { ...nothing, file, held: facts, faults };
  };
  try {
    const kubeconfig = kubeconfigIn(file);
    const part = kubeconfig.part(certificateField(role));
    if (part.kind === "absent") return { ...nothing, file };
    if (part.kind === "file") {
      const { line, within: field, path: named } = part;
      throw failure("kubeconfig.not-inline", { path, line, field, file: named });
    }
    const { bytes, within, line } = part;
    return {
      file,
      held: {
        digest: ports.digests.sha256Hex(bytes) as Digest,
        mode: facts.mode,
        changedAt: facts.changedAt,
      },
      ...certificatesIn(ports, bytes, { source: path, mode: facts.mode, within, line }),
      ...(role === "trusts" ? {} : { key: keyOf(ports, file, kubeconfig) }),
    };
  } catch (error) {
    return faulty(error);
  }
};

const keyOf = (ports: Reader, { path, facts }: NodeFile, kubeconfig: Kubeconfig) => {
  const part = kubeconfig.part("client-key");
  if (part.kind !== "inline") return {};
  const { bytes, within, line } = part;
  return { facts, ...keyIn(ports, bytes, { source: path, mode: facts.mode, within, line }) };
};

/** Throws source.manifest, kubeconfig.*. */
export const kubeconfigIn = ({ path, bytes }: Pick<NodeFile, "path" | "bytes">): Kubeconfig => {
  const { text, valid } = utf8Of(bytes);
  if (valid) return parseKubeconfig(text, path);
  throw failure("source.manifest", { path, line: 1, column: 1, why: "it is no UTF-8" });
};

/** The file's bytes with these parts changed and nothing else. Throws kubeconfig.*. */
export const withParts = (
  file: Pick<NodeFile, "path" | "bytes">,
  parts: ReadonlyMap<KubeconfigField, Uint8Array>,
): Uint8Array => utf8Bytes(kubeconfigIn(file).with(parts));
