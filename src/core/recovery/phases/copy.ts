import type { Step } from "../../model/plan.ts";
import type { Situation } from "../cases.ts";
import { step, takes, type RecoveryOptions } from "../steps.ts";

export const copyStep = (
  { facts }: Situation,
  { directory, copyTo, cluster }: RecoveryOptions,
  node: string,
): Step => {
  const from = [directory, "/var/lib/kubelet/pki", cluster.etcdDataDirectory];
  const claim = { node, from, to: copyTo };
  const lives = facts.nodes
    .find(({ name }) => name === node)
    ?.witnesses.processes.some(({ program }) => program === "etcd");
  return step(
    `preflight.copy.${node}`,
    `copy ${from.join(", ")} on ${node} to ${copyTo}`,
    { kind: "node.copy", ...claim },
    [{ kind: "copied", ...claim }],
    {
      expected: takes.copy,
      ...(lives === true
        ? { risk: "etcd is running: its copy is as if its machine had lost power at that moment" }
        : {}),
    },
  );
};
