import type { Phase } from "../../model/plan.ts";
import type { Situation } from "../cases.ts";
import { madeFile } from "../made-files.ts";
import { phase, step, type RecoveryOptions } from "../steps.ts";
import { tree, type TreeCa } from "../tree.ts";

export const operatorPhase = (
  { cas }: Situation,
  options: RecoveryOptions,
  replaced: ReadonlySet<TreeCa | "sa">,
): readonly Phase[] => {
  const { operatorKubeconfig, cluster } = options;
  const [master] = cluster.masters;
  const admin = tree.find(({ path }) => path === "admin.conf");
  // One that works is left as it is.
  const canSign = replaced.has("ca") || cas.ca.key !== "gone";
  const made = admin && master && canSign ? madeFile(options, master, admin) : undefined;
  if (made === undefined || operatorKubeconfig === undefined) return [];
  const files = [{ ...made, path: operatorKubeconfig }];
  return [
    phase("operator", "Your kubeconfig", "With it the API is asked from here on.", [
      step(
        "operator.kubeconfig",
        `make ${operatorKubeconfig}`,
        { kind: "files.make", files },
        [{ kind: "made", files }],
        {},
      ),
    ]),
  ];
};
