import { existsSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { Config, Field } from "../../core/diagnosis/config.ts";
import type { FlatDocument } from "./flat-yaml.ts";

/** Programs of the control plane that kubeadm runs as static pods. */
const programs = /^(?:.*\/)?(kube-apiserver|kube-controller-manager|kube-scheduler|etcd)$/;

/** The tree's folder pki itself. */
const isPki = (path: string, names: readonly string[]): boolean =>
  basename(resolve(path)) === "pki" && names.includes("ca.crt") && names.includes("apiserver.crt");

/** /etc/kubernetes, or a copy of it, by the names in it. */
export const isKubeadmFolder = (path: string, names: readonly string[]): boolean =>
  isPki(path, names) ||
  names.includes("manifests") ||
  names.includes("admin.conf") ||
  (names.includes("pki") && existsSync(join(path, "pki", "ca.crt")));

export const isStaticPod = (document: FlatDocument): boolean =>
  staticPod(document, "") !== undefined;

/** The program that a Pod manifest starts first, with its flags; undefined for other manifests. */
export const staticPod = (document: FlatDocument, path: string): Config | undefined => {
  if (document["kind"]?.value !== "Pod") return undefined;
  const words: Field[] = [];
  for (const list of ["command", "args"])
    for (let i = 0; ; i += 1) {
      const word = document[`spec.containers[0].${list}[${i}]`];
      if (word === undefined) break;
      words.push(word);
    }
  const program = programs.exec(words[0]?.value ?? "")?.[1];
  if (program === undefined) return undefined;
  const fields: Record<string, Field> = {};
  for (const { value, at } of words.slice(1)) {
    const [, name, setting] = /^--([\w-]+)(?:=(.*))?$/s.exec(value) ?? [];
    if (name === undefined) continue;
    const place = { ...at, field: `--${name}` };
    const before = fields[name];
    // A flag that stands twice is a list (--service-account-key-file).
    const joined = before === undefined ? (setting ?? "true") : `${before.value},${setting ?? ""}`;
    fields[name] = { value: joined, at: before?.at ?? place };
  }
  return { kind: program === "etcd" ? "etcd" : "kubeadm", file: path, fields, about: program };
};
