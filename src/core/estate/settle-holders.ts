import type { EstateNode, KubernetesHolder, KubernetesIssuers } from "../model/estate.ts";
import type { EstateFault, HolderDeclaration } from "./declaration.ts";
import { didYouMean } from "./did-you-mean.ts";

/** Who has to be asked; whatever is wrong is added to `faults`. */
export const settleHolders = (
  declared: readonly HolderDeclaration[],
  issuers: KubernetesIssuers,
  nodes: readonly EstateNode[],
  faults: EstateFault[],
): readonly KubernetesHolder[] => {
  const taken = new Set<string>();
  return declared.flatMap((one, i) => {
    const at = ["kubernetes", "holders", i];
    if (taken.has(one.name)) {
      faults.push({ path: at, message: `${one.name} is named already`, hint: "name it once" });
      return [];
    }
    taken.add(one.name);
    const known = Object.values(issuers);
    for (const [n, issuer] of (one.issuers ?? []).entries()) {
      if (known.includes(issuer)) continue;
      faults.push({
        path: [...at, "issuers", n],
        message: `the cluster has no issuer "${issuer}"`,
        hint: didYouMean(issuer, known, "issuers"),
      });
    }
    const file = fileOf(one, nodes, at, faults);
    const { holds = "both", owner, object } = one;
    const place = object ?? (file === undefined ? undefined : `${file.node.name}:${file.path}`);
    return [
      {
        name: one.name,
        where: one.where ?? place ?? one.name,
        ...(owner === undefined ? {} : { owner }),
        issuers: one.issuers ?? [issuers.cluster],
        trusts: holds !== "certificate",
        presents: holds !== "trust",
        ...(object === undefined ? {} : { object }),
        ...(file === undefined ? {} : { file }),
      },
    ];
  });
};

const fileOf = (
  { node: name, path, object }: HolderDeclaration,
  nodes: readonly EstateNode[],
  at: EstateFault["path"],
  faults: EstateFault[],
): KubernetesHolder["file"] => {
  if (name === undefined && path === undefined) return undefined;
  const node = nodes.find((one) => one.name === name);
  if (name === undefined || path === undefined || object !== undefined) {
    faults.push({
      path: at,
      message: "is neither in one object nor in one file",
      hint: "say object alone, or node and path",
    });
  } else if (node === undefined) {
    const hint = didYouMean(
      name,
      nodes.map((one) => one.name),
      "nodes",
    );
    faults.push({ path: [...at, "node"], message: `there is no node "${name}"`, hint });
  } else if (!path.startsWith("/")) {
    faults.push({ path: [...at, "path"], message: `"${path}" does not start with /` });
  }
  return node === undefined || path === undefined ? undefined : { node, path };
};
