import type { Certificate, Fingerprint } from "../model/certificate.ts";
import type { Digest } from "../model/inventory.ts";
import { flagValue } from "../manifest/flag-value.ts";
import { expectedFlags, stackedFlags, type StaticProgram } from "./kubeadm-layout.ts";

/** What was read on one control plane node. */
export interface MasterFacts {
  readonly node: string;
  /** By path; absent from the map: nothing is there. */
  readonly certificates: ReadonlyMap<string, readonly Certificate[]>;
  /** Of the other files that all have alike. */
  readonly digests: ReadonlyMap<string, Digest>;
  /** The words that each program is started with; absent: it has no manifest. */
  readonly words: ReadonlyMap<StaticProgram, readonly string[]>;
}

/** Files that are not the same everywhere, with what each node has. Digests of keys stand there shortened, nothing else of them. */
export const differingFiles = (
  masters: readonly MasterFacts[],
  paths: readonly string[],
): readonly {
  readonly path: string;
  readonly on: readonly { readonly node: string; readonly has: string }[];
}[] =>
  paths.flatMap((path) => {
    const on = masters.map((one) => ({ node: one.node, has: hasOf(one, path) }));
    return new Set(on.map(({ has }) => has)).size < 2 ? [] : [{ path, on }];
  });

const hasOf = ({ certificates, digests }: MasterFacts, path: string): string => {
  const chain = certificates.get(path);
  const digest = digests.get(path);
  if (chain !== undefined) return chain.map(({ fingerprint }) => short(fingerprint)).join("+");
  return digest === undefined ? "nothing" : `digest ${short(digest)}`;
};

/** As plans show fingerprints. */
const short = (hex: Fingerprint | Digest): string => hex.slice(0, 16);

/** Where each stacked member has its data, by node: an estate says it once for all. */
export const dataDirectories = (
  masters: readonly MasterFacts[],
): readonly { readonly node: string; readonly path: string }[] =>
  masters.flatMap(({ node, words }) => {
    const path = flagValue(words.get("etcd") ?? [], "data-dir");
    return path === undefined ? [] : [{ node, path }];
  });

/** Flags that lead to other files than kubeadm's, in words; what is missing counts. */
export const layoutDifferences = (
  { node, words }: MasterFacts,
  etcd: "stacked" | "external",
): readonly string[] =>
  (Object.entries(expectedFlags) as [StaticProgram, (typeof expectedFlags)[StaticProgram]][])
    .filter(([program]) => program !== "etcd" || etcd === "stacked")
    .flatMap(([program, expected]) => {
      const started = words.get(program);
      if (started === undefined) return [];
      const all =
        program === "kube-apiserver" && etcd === "stacked"
          ? { ...expected, ...stackedFlags }
          : expected;
      return Object.entries(all).flatMap(([flag, wanted]) => {
        const found = flagValue(started, flag);
        const choices = typeof wanted === "string" ? [wanted] : wanted;
        if (found !== undefined && choices.includes(found)) return [];
        const has = found === undefined ? `no --${flag}` : `--${flag}=${found}`;
        return [`${node}: ${program} has ${has}, kubeadm's is ${choices[0]}`];
      });
    });
