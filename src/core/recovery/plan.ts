import type { Claim } from "../model/claim.ts";
import type { ConsumerId } from "../model/inventory.ts";
import type { MadeFile } from "../model/made-file.ts";
import type { Phase, Step, StepId } from "../model/plan.ts";
import { casesOf, renewedCas, type Situation } from "./cases.ts";
import { isStacked, type JudgedFile } from "./judge.ts";
import { madeFile, type MadeNode } from "./made-files.ts";
import { healthy, phase, step, takes, type RecoveryOptions } from "./steps.ts";
import {
  publishPhase,
  servingPhase,
  tokensPhase,
  webhookPhases,
  workloadsPhase,
} from "./with-the-api.ts";
import { tree, treeCas, type TreeCa, type TreeFile, type TreeProgram } from "./tree.ts";

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
  const damaged = situation.files.filter(({ faults }) => faults.length > 0);
  if (damaged.length === 0 || casesOf(situation)[0]?.first === true) return [];
  const fresh = freshCas(situation);
  const renewed = renewedCas(situation);
  /** CAs whose certificate becomes another one: each copy of it is replaced. */
  const replaced = new Set<TreeCa | "sa">([...fresh, ...renewed]);
  const wanted = (node: MadeNode, plane: Plane): readonly MadeFile[] =>
    filesOf(situation, options, fresh, node, plane);
  const stepsOfMasters = ({ plane, program, expected }: MasterPlane): readonly Step[] => {
    const group = program === "etcd" ? etcdGroup(options) : program;
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
        i === nodes.length - 1 && restarts(program, plane).length === 0 ? [healthy(group)] : [],
        expected,
      ),
    );
  };
  /** Those that are not started by the plan, and read at their start only what it makes. */
  const restarts = (program: TreeProgram, plane: Plane): readonly Step[] => {
    const nodes = masters
      .filter((node) => !startsManifest(wanted(node, manifestPlane[program]), program))
      .filter((node) =>
        planes.some((one) => wanted(node, one).some(({ path }) => readAtStart[program].test(path))),
      );
    // With another CA nobody is well before all have it.
    const isFlagDay = replaced.has("ca") || replaced.has("etcd/ca");
    const group = program === "etcd" ? etcdGroup(options) : program;
    return nodes.map((node, i) =>
      restartStep(
        node.name,
        program,
        plane,
        wanted(node, plane).length > 0,
        isFlagDay && i < nodes.length - 1 ? [] : [healthy(group)],
      ),
    );
  };
  const kubelets = kubeletsPhase(situation, options, replaced, wanted);
  const webhooks = webhookPhases(situation.facts);
  const silent = silence(situation, options);
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

/** Phases at whose steps nobody answers, where nobody did when the plan was made. */
const beforeTheApi: ReadonlySet<string> = new Set([
  "preflight",
  "authority",
  "etcd",
  "operator",
  "api",
]);

/** Who answers with a certificate that has expired answers nobody who verifies it. */
const silence = (
  { facts, ...rest }: Situation,
  options: RecoveryOptions,
): ((one: Phase) => Phase) => {
  const renewed = renewedCas({ facts, ...rest });
  // Who has nothing but a leaf below an expired CA is refused as well.
  const isAccepted = (port: number): boolean => !renewed.has(port === etcdPort ? "etcd/ca" : "ca");
  const answers = (port: number): boolean =>
    isAccepted(port) &&
    facts.nodes.some(({ witnesses }) =>
      witnesses.served.some(
        (one) => one.port === port && (one.certificates[0]?.notAfter ?? 0) >= facts.takenAt,
      ),
    );
  const groups = [
    ...(answers(options.cluster.port) ? [] : ["kube-apiserver"]),
    ...(answers(etcdPort) ? [] : [etcdGroup(options)]),
  ];
  if (groups.length === 0) return (one) => one;
  const gapOf = (one: Step): Step => ({ ...one, gap: { groups, milliseconds: one.expected } });
  return (one) => (beforeTheApi.has(one.id) ? { ...one, steps: one.steps.map(gapOf) } : one);
};

/** Nobody can change it (cmd/kubeadm/app/constants: EtcdListenClientPort). */
const etcdPort = 2379;

type Plane = keyof typeof masterPlanes | "kubelets";
const planes: readonly Plane[] = ["etcd", "api", "scheduler", "controllers", "kubelets"];

interface MasterPlane {
  readonly plane: Plane;
  readonly program: TreeProgram;
  readonly expected: number;
}

const masterPlanes = {
  etcd: { plane: "etcd", program: "etcd", expected: takes.start },
  api: { plane: "api", program: "kube-apiserver", expected: takes.start },
  scheduler: { plane: "scheduler", program: "kube-scheduler", expected: takes.lead },
  controllers: {
    plane: "controllers",
    program: "kube-controller-manager",
    expected: takes.lead,
  },
} as const;

/** CAs whose key nobody has: whoever was signed by them gets a new leaf, whoever trusts them the new one. */
const freshCas = ({ cas, facts, files }: Situation): ReadonlySet<TreeCa | "sa"> => {
  const stacked = isStacked(facts);
  const gone: (TreeCa | "sa")[] = treeCas
    .filter((ca) => ca !== "etcd/ca" || stacked)
    .filter((ca) => cas[ca].key === "gone");
  const tokens =
    facts.kept.some(({ ca }) => ca === "sa") ||
    files.some(({ file, faults }) => file.kind === "token-key" && faults.length === 0);
  return new Set(tokens ? gone : [...gone, "sa"]);
};

/** Which plane a file belongs to: who needs it first. */
const planeOf = (file: TreeFile): Plane => {
  if (file.kind === "manifest") return manifestPlane[file.program];
  if (file.path.startsWith("pki/etcd/")) return "etcd";
  if (file.kind === "kubelet-pem" || file.path === "kubelet.conf") return "kubelets";
  return "api";
};
const manifestPlane = {
  etcd: "etcd",
  "kube-apiserver": "api",
  "kube-scheduler": "scheduler",
  "kube-controller-manager": "controllers",
} as const;

/** What of the tree is made on that node in that plane. */
const filesOf = (
  { files, facts }: Situation,
  options: RecoveryOptions,
  fresh: ReadonlySet<TreeCa | "sa">,
  node: MadeNode,
  plane: Plane,
): readonly MadeFile[] => {
  const stacked = isStacked(facts);
  const judged = files.filter((one) => one.node === node.name);
  const first = options.cluster.masters[0]?.name === node.name;
  return tree
    .filter((file) => planeOf(file) === plane)
    .filter((file) => node.pods !== undefined || file.on === "every")
    .filter((file) => file.stacked !== true || stacked)
    .filter((file) => isMade(judged, fresh, file, first))
    .flatMap((file) => {
      const made = madeFile(options, node, file);
      if (made === undefined) return [];
      return isOnlyExpired(judged, fresh, file) ? onceMore(made) : made;
    });
};

const onceMore = (file: MadeFile): MadeFile =>
  file.make.kind === "certificate" ? { ...file, make: { ...file.make, again: true } } : file;

/** Nothing is wrong with it and its key but the day. */
const isOnlyExpired = (
  judged: readonly JudgedFile[],
  fresh: ReadonlySet<TreeCa | "sa">,
  file: TreeFile,
): boolean =>
  !("ca" in file && fresh.has(file.ca)) &&
  judged.some(
    (one) =>
      one.file === file && one.faults.every((fault) => fault === "expired" || fault === "ending"),
  ) &&
  judged.some(
    ({ file: other, faults }) =>
      other.kind === "key" && other.belongsTo === file.path && faults.length === 0,
  );

/** Of a pair that is damaged in one half both are made. */
const isMade = (
  judged: readonly JudgedFile[],
  fresh: ReadonlySet<TreeCa | "sa">,
  file: TreeFile,
  first: boolean,
): boolean => {
  if (file.path === "super-admin.conf" && !first) return false;
  if ("ca" in file && fresh.has(file.ca)) return true;
  if ((file.kind === "token-key" || file.kind === "token-public-key") && fresh.has("sa"))
    return true;
  const isMissing = (path: string): boolean =>
    judged.some(({ file: other, faults }) => other.path === path && faults.includes("missing"));
  const own = judged.find((one) => one.file === file);
  // What a sound tree may lack is not judged when it is missing: it goes with what it belongs to.
  if (own === undefined) return isMissing(file.kind === "ca-key" ? file.belongsTo : "admin.conf");
  return judged.some(
    ({ file: other, faults }) =>
      faults.length > 0 &&
      (other === file || (other.kind === "key" && other.belongsTo === file.path)),
  );
};

const etcdGroup = ({ cluster }: RecoveryOptions): string => `etcd/${cluster.name}`;
const copyStep = (
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

const profiles = {
  ca: "kubernetes-ca",
  "front-proxy-ca": "front-proxy-ca",
  "etcd/ca": "etcd-ca",
  sa: "tokens",
} as const;

const casSteps = (
  { cas, facts }: Situation,
  { issuers }: RecoveryOptions,
  fresh: ReadonlySet<TreeCa | "sa">,
): readonly Step[] =>
  (["ca", "front-proxy-ca", "etcd/ca", "sa"] as const)
    .filter((ca) => ca !== "etcd/ca" || isStacked(facts))
    .flatMap((ca) => {
      const { issuer, generation } = issuers[ca];
      const proves: readonly Claim[] = [
        { kind: "generation", issuer, number: generation, stage: "issuing" },
      ];
      if (fresh.has(ca)) {
        return [
          step(
            `authority.create.${issuer}`,
            ca === "sa" ? "make a new key pair for ServiceAccount tokens" : `make a new ${issuer}`,
            { kind: "issuer.create", issuer, profile: profiles[ca] },
            proves,
            { expected: takes.issuer },
          ),
        ];
      }
      if (ca !== "sa" && cas[ca].key === "on-node")
        return [
          step(
            `authority.adopt.${issuer}`,
            `take ${issuer} over from a node that has it${cas[ca].certificate === "expired" ? ", with a new certificate for its key and name" : ""}`,
            { kind: "none" },
            proves,
            { expected: takes.issuer },
          ),
        ];
      return [];
    });

const filesWords = ({ length }: readonly MadeFile[]): string =>
  length === 1 ? "1 file" : `${length} files`;

/** Files that only a start reads (docs/reference/reload-table.md). */
const readAtStart: Readonly<Record<TreeProgram, RegExp>> = {
  etcd: /\/pki\/etcd\/ca\.crt$/,
  "kube-apiserver": /\/pki\/(?:sa\.(?:key|pub)|etcd\/ca\.crt)$/,
  "kube-controller-manager": /\/(?:controller-manager\.conf|pki\/(?:sa\.key|ca\.crt))$/,
  "kube-scheduler": /\/scheduler\.conf$/,
};

const startsManifest = (files: readonly MadeFile[], program: TreeProgram): boolean =>
  files.some(({ make, path }) => make.kind === "text" && path.endsWith(`/${program}.yaml`));

const restartStep = (
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
const nodeSteps = (
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

const operatorPhase = (
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

const kubeletsPhase = (
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
