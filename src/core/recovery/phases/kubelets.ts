import type { ConsumerId } from "../../model/inventory.ts";
import type { MadeFile } from "../../model/made-file.ts";
import type { Phase, Step } from "../../model/plan.ts";
import type { Situation } from "../cases.ts";
import { madeFile, type MadeNode } from "../made-files.ts";
import { filesWords, healthy, phase, step, takes, type RecoveryOptions } from "../steps.ts";
import { tree, type TreeCa } from "../tree.ts";
import type { Plane } from "./planes.ts";

export const kubeletsPhase = (
  situation: Situation,
  options: RecoveryOptions,
  replaced: ReadonlySet<TreeCa | "sa">,
  wanted: (node: MadeNode, plane: Plane) => readonly MadeFile[],
): Phase => {
  const { cluster } = options;
  const isDamaged = (node: string): boolean =>
    situation.files.some(
      (one) => one.node === node && one.faults.some((fault) => fault !== "wrong-mode"),
    );
  const workers = cluster.workers
    .filter(({ name }) => options.workers.includes(name))
    .filter(({ name }) => replaced.has("ca") || isDamaged(name));
  const steps = [
    ...cluster.masters.flatMap((node) => kubeletSteps(node.name, wanted(node, "kubelets"))),
    ...workers.flatMap((node) =>
      kubeletSteps(
        node.name,
        tree
          .filter(({ on, kind }) => on === "every" && kind !== "ca-key")
          .flatMap((file) => madeFile(options, node, file) ?? []),
      ),
    ),
  ];
  return phase(
    "kubelets",
    "Kubelets",
    "Each gets a certificate of its own, signed here; its containers run on.",
    steps,
  );
};

/** More are never away in a run, whatever a plan says (core/run/limits.ts). */
const kubeletsAtOnce = 100;

const kubeletSteps = (name: string, files: readonly MadeFile[]): readonly Step[] => {
  if (files.length === 0) return [];
  const write = step(
    `kubelets.files.${name}`,
    `make ${filesWords(files)} for the kubelet on ${name}`,
    { kind: "files.make", node: name, files },
    [{ kind: "made", node: name, files }],
    {},
  );
  const consumer = `${name}/kubelet` as ConsumerId;
  return [
    write,
    step(
      `kubelets.restart.${name}`,
      `restart the kubelet on ${name}, and wait until the node is ready`,
      { kind: "consumer.restart", consumer },
      [{ kind: "restarted", consumer }, healthy(consumer)],
      // Containers run on, and nobody is evicted while no controller-manager runs.
      {
        needs: [write.id],
        expected: takes.kubelet,
        hazard: "disruptive",
        beside: { word: "kubelet", most: kubeletsAtOnce },
      },
    ),
  ];
};
