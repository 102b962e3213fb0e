import type { Claim } from "../../model/claim.ts";
import type { ConsumerId } from "../../model/inventory.ts";
import type { MadeFile } from "../../model/made-file.ts";
import type { Step, StepId } from "../../model/plan.ts";
import { filesWords, step, takes } from "../steps.ts";
import type { TreeProgram } from "../tree.ts";
import type { Plane } from "./planes.ts";

/** Files that only a start reads (docs/reference/reload-table.md). */
export const readAtStart: Readonly<Record<TreeProgram, RegExp>> = {
  etcd: /\/pki\/etcd\/ca\.crt$/,
  "kube-apiserver": /\/pki\/(?:sa\.(?:key|pub)|etcd\/ca\.crt)$/,
  "kube-controller-manager": /\/(?:controller-manager\.conf|pki\/(?:sa\.key|ca\.crt))$/,
  "kube-scheduler": /\/scheduler\.conf$/,
};

export const startsManifest = (files: readonly MadeFile[], program: TreeProgram): boolean =>
  files.some(({ make, path }) => make.kind === "text" && path.endsWith(`/${program}.yaml`));

export const restartStep = (
  node: string,
  program: TreeProgram,
  plane: Plane,
  hasFiles: boolean,
  proves: readonly Claim[],
): Step => {
  const consumer = `${node}/${program}` as ConsumerId;
  const inOwnPhase = plane === "api" || plane === "etcd";
  return step(
    `${inOwnPhase ? plane : "controllers"}.restart.${consumer}`,
    `restart ${program} on ${node}`,
    { kind: "consumer.restart", consumer },
    [{ kind: "restarted", consumer }, ...proves],
    {
      expected: takes.lead,
      hazard: "disruptive",
      ...(inOwnPhase && hasFiles ? { needs: [`${plane}.files.${node}` as StepId] } : {}),
    },
  );
};

/** Files of a plane, then the manifest that starts its program: a kubelet that sees it starts it at once. */
export const nodeSteps = (
  plane: Plane,
  program: TreeProgram,
  name: string,
  files: readonly MadeFile[],
  proves: readonly Claim[],
  expected: number,
): readonly Step[] => {
  const others = files.filter(({ make }) => make.kind !== "text");
  const manifests = files.filter(({ make }) => make.kind === "text");
  const making = (id: string, title: string, some: readonly MadeFile[], last: boolean): Step =>
    step(
      `${plane}.${id}.${name}`,
      title,
      { kind: "files.make", node: name, files: some },
      [{ kind: "made", node: name, files: some }, ...(last ? proves : [])],
      last ? { expected } : {},
    );
  const write = making(
    "files",
    `make ${filesWords(others)} for ${program} on ${name}`,
    others,
    manifests.length === 0,
  );
  if (manifests.length === 0) return [write];
  const waits = proves.length === 0 ? "" : ", and wait until it is well";
  const start = making(
    "start",
    `put the manifest of ${program} back on ${name}${waits}`,
    manifests,
    true,
  );
  return others.length === 0 ? [start] : [write, { ...start, needs: [write.id] }];
};
