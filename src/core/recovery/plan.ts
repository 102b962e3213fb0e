import type { Claim } from "../model/claim.ts";
import type { ConsumerId } from "../model/inventory.ts";
import type { MadeFile } from "../model/made-file.ts";
import type { Phase, Step } from "../model/plan.ts";
import { renewedCas, waitsFor, type Situation } from "./cases.ts";
import type { MadeNode } from "./made-files.ts";
import { casSteps } from "./phases/authority.ts";
import { copyStep } from "./phases/copy.ts";
import { dataLoss, dataPhase, isReplaced } from "./phases/data.ts";
import { kubeletsPhase } from "./phases/kubelets.ts";
import { operatorPhase } from "./phases/operator.ts";
import {
  manifestPlane,
  masterPlanes,
  planes,
  type MasterPlane,
  type Plane,
} from "./phases/planes.ts";
import { nodeSteps, readAtStart, restartStep, startsManifest } from "./phases/programs.ts";
import { silence } from "./phases/silence.ts";
import { filesOf, freshCas } from "./phases/wanted-files.ts";
import { etcdGroup, healthy, phase, type RecoveryOptions } from "./steps.ts";
import type { TreeCa, TreeProgram } from "./tree.ts";
import {
  publishPhase,
  servingPhase,
  tokensPhase,
  webhookPhases,
  workloadsPhase,
} from "./with-the-api.ts";

/**
 * What is done, plane by plane, in the order in which they need each other: etcd, API servers, kubelets, scheduler, and
 * the controller-manager last, for it evicts pods from nodes that are not ready
 * (kubernetes pkg/controller/nodelifecycle). Only what is missing, dead or signed by a CA that is made anew is written.
 */
export const recoveryPhases = (
  situation: Situation,
  options: RecoveryOptions,
): readonly Phase[] => {
  const { masters } = options.cluster;
  if (waitsFor(situation, options.restoreFrom) !== undefined) return [];
  const damaged = situation.files.filter(({ faults }) => faults.length > 0);
  const loss = dataLoss(situation, options);
  if (damaged.length === 0 && loss.replaced.length === 0) return [];
  const isAnew = loss.alone !== undefined;
  const fresh = freshCas(situation);
  const renewed = renewedCas(situation);
  /** CAs whose certificate becomes another one: each copy of it is replaced. */
  const replaced = new Set<TreeCa | "sa">([...fresh, ...renewed]);
  const wanted = (node: MadeNode, plane: Plane): readonly MadeFile[] =>
    filesOf(situation, options, fresh, node, plane).filter(
      ({ make }) => plane !== "etcd" || make.kind !== "text" || !isReplaced(loss, node.name),
    );
  /** How a plane's last step is proved; members that are replaced are well in a phase of their own. */
  const wellOf = (program: TreeProgram, node: string): readonly Claim[] => {
    if (program !== "etcd") return [healthy(program)];
    const group = etcdGroup(options);
    if (loss.replaced.length === 0) return [healthy(group)];
    return isReplaced(loss, node)
      ? []
      : [{ ...healthy(group), only: `${node}/etcd` as ConsumerId }];
  };
  const stepsOfMasters = ({ plane, program, expected }: MasterPlane): readonly Step[] => {
    const nodes = masters
      .map((node) => ({ name: node.name, files: wanted(node, plane) }))
      .filter(({ files }) => files.length > 0);
    return nodes.flatMap(({ name, files }, i) =>
      // A quorum, and "all of the group", is there with the last one; or once those that live have started anew.
      nodeSteps(
        plane,
        program,
        name,
        files,
        i === nodes.length - 1 && restarts(program, plane).length === 0
          ? wellOf(program, name)
          : [],
        expected,
      ),
    );
  };
  /** Those that are not started by the plan, and read at their start only what it makes. */
  const restarts = (program: TreeProgram, plane: Plane): readonly Step[] => {
    const nodes = masters
      .filter((node) => !startsManifest(wanted(node, manifestPlane[program]), program))
      .filter((node) => program !== "etcd" || !isReplaced(loss, node.name))
      .filter(
        (node) =>
          asksOtherData(program, node.name) ||
          planes.some((one) =>
            wanted(node, one).some(({ path }) => readAtStart[program].test(path)),
          ),
      );
    // With another CA nobody is well before all have it, and without a member of etcd nobody is before it was started anew.
    const isFlagDay = replaced.has("ca") || replaced.has("etcd/ca") || loss.replaced.length > 0;
    return nodes.map((node, i) =>
      restartStep(node.name, program, plane, wanted(node, plane).length > 0, [
        ...(asksOtherData(program, node.name) ? [startedAnew(program, node.name)] : []),
        ...(isFlagDay && i < nodes.length - 1 ? [] : wellOf(program, node.name)),
      ]),
    );
  };
  /**
   * What has been read of data that others had goes on being believed until a start (kubernetes
   * staging/src/k8s.io/apiserver/pkg/storage/cacher); an API server whose member was gone is put off by its kubelet.
   */
  const asksOtherData = (program: TreeProgram, node: string): boolean =>
    program !== "etcd" &&
    (isAnew || (program === "kube-apiserver" && loss.replaced.includes(node)));
  /** Its files may be as they were: what it has to have read anew is behind the one that it asks. */
  const startedAnew = (program: TreeProgram, node: string): Claim => {
    const asked = program === "kube-apiserver" ? "etcd" : "kube-apiserver";
    const consumer = `${node}/${program}` as ConsumerId;
    return { kind: "started-after", consumer, other: `${node}/${asked}` as ConsumerId };
  };
  const kubelets = kubeletsPhase(situation, options, replaced, wanted);
  const webhooks = webhookPhases(situation.facts);
  const silent = silence(situation, options, isAnew);
  return [
    phase(
      "preflight",
      "Copy what is left",
      "Nothing is written before there is a copy of it.",
      masters.map((node) => copyStep(situation, options, node.name)),
    ),
    phase(
      "authority",
      "CAs",
      "Those that certwright keeps sign again; what nobody has is made anew.",
      casSteps(situation, options, fresh),
    ),
    phase("etcd", "etcd", "First of all: everything else asks it.", [
      ...stepsOfMasters(masterPlanes.etcd),
      ...restarts("etcd", "etcd"),
    ]),
    dataPhase(loss, options),
    ...operatorPhase(situation, options, replaced),
    phase("api", "API servers", "On each control plane node its own.", [
      ...stepsOfMasters(masterPlanes.api),
      ...restarts("kube-apiserver", "api"),
    ]),
    webhooks.open,
    kubelets,
    phase(
      "controllers",
      "Schedulers and controller-managers",
      "After the kubelets: a controller-manager that runs while nodes are not ready evicts their pods.",
      [
        ...stepsOfMasters(masterPlanes.scheduler),
        ...restarts("kube-scheduler", "scheduler"),
        ...stepsOfMasters(masterPlanes.controllers),
        ...restarts("kube-controller-manager", "controllers"),
      ],
    ),
    servingPhase(options, kubelets),
    ...(replaced.has("ca") || replaced.has("front-proxy-ca")
      ? [publishPhase(options, replaced)]
      : []),
    // Tokens that go on being accepted are renewed by their kubelets within a day.
    ...(fresh.has("sa") ? [tokensPhase(options)] : []),
    ...(replaced.has("ca") || (fresh.has("sa") && options.tokenKeys.length === 0)
      ? [
          workloadsPhase(options, {
            trust: replaced.has("ca"),
            tokens: fresh.has("sa") && options.tokenKeys.length === 0,
          }),
        ]
      : []),
    webhooks.close,
  ]
    .filter(({ steps }) => steps.length > 0)
    .map(silent);
};
