import { join } from "node:path";
import type { Config, Field } from "../../core/diagnosis/config.ts";
import type { FileRole } from "../../core/diagnosis/file-evidence.ts";
import type { FlatDocument } from "./flat-yaml.ts";
import { decoded } from "./gather-kubeconfig.ts";
import type { FolderRecogniser } from "./recognisers.ts";
import type { Part, Surroundings } from "./part.ts";

/** Files of a plugged-in CA (istio.io: Plug in CA Certificates). */
const parts = ["ca-cert.pem", "ca-key.pem", "root-cert.pem", "cert-chain.pem"] as const;

/** ca-cert.pem and ca-key.pem are a pair; the others are what is trusted and sent with it. */
const roleOf = (part: string): FileRole =>
  part === "root-cert.pem" || part === "cert-chain.pem" ? "ca-bundle" : "other";

/** A folder with the files of the Secret cacerts. */
export const istioFolder: FolderRecogniser = {
  is: (_path, names) => names.includes("ca-cert.pem") && names.includes("root-cert.pem"),
  gather: (path, { evidence }) => {
    const fields: Record<string, Field> = {};
    for (const part of parts) {
      const file = join(path, part);
      const at = { file, field: part };
      // istiod needs all four; a chain that is not there is one that cannot be sent.
      evidence.file(file, roleOf(part), at);
      fields[part] = { value: file, at };
    }
    const config: Config = { kind: "istio-cacerts", file: path, fields, about: "cacerts" };
    return { kind: "istio-cacerts", configs: [config], connections: [], blind: [] };
  },
};

/** Secrets of istiod, and the ConfigMap with the root that it gives to all namespaces. */
export const isIstio = (document: FlatDocument): boolean => {
  const kind = document["kind"]?.value;
  const name = document["metadata.name"]?.value ?? "";
  const has = (part: string) =>
    ["data", "stringData"].some((field) => document[`${field}["${part}"]`] !== undefined);
  if (kind === "Secret") return has("ca-cert.pem") || /^(?:cacerts|istio-ca-secret)$/.test(name);
  return kind === "ConfigMap" && name === "istio-ca-root-cert";
};

export const gatherIstio = (
  _document: FlatDocument,
  path: string,
  { evidence }: Surroundings,
  documents: readonly FlatDocument[],
): Part => {
  const configs: Config[] = [];
  for (const document of documents.filter(isIstio)) {
    const fields: Record<string, Field> = {};
    for (const [key, field] of Object.entries(document)) {
      const part = /^(data|stringData)\["([^"]+\.pem)"\]$/.exec(key);
      // istio-ca-secret keeps the parts of a plugged-in CA empty.
      if (part === null || field.value === "") continue;
      const isText = part[1] === "stringData" || document["kind"]?.value === "ConfigMap";
      const bytes = isText ? Buffer.from(field.value, "utf8") : decoded(field.value);
      evidence.inline(bytes, roleOf(part[2]!), field.at);
      // Only where it stands: the value may be a private key.
      fields[part[2]!] = { value: `${path} (${key})`, at: field.at };
    }
    const name = document["metadata.name"]?.value ?? "cacerts";
    configs.push({ kind: "istio-cacerts", file: path, fields, about: name });
  }
  return { kind: "istio-cacerts", configs, connections: [], blind: [] };
};
