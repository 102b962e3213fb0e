import { formatInstant } from "../x509/time.ts";
import { some } from "../text/some.ts";
import type { Phase } from "../model/plan.ts";
import { casesOf, renewedCas, type CaseId, type Situation } from "./cases.ts";
import type { EtcdCaseId } from "./etcd-estate/cases.ts";
import type { NodeFound, RecoveryFacts } from "./facts.ts";
import { membersData } from "./members-data.ts";
import { isStacked, type FileFault } from "./judge.ts";
import { screenText } from "./verdict-screen.ts";
import { treeCas, treePrograms } from "./tree.ts";
import { deadWebhooks, doubtfulWebhooks, patchCommand, webhookWords } from "./webhooks.ts";

/** One screen, and what is printed as JSON: what has happened, what is gone, what is to be had back, in which steps. */
export interface Verdict {
  readonly verdict: Finding;
  /** For good. */
  readonly lost: readonly string[];
  readonly recoverable: readonly string[];
  readonly interruptions: readonly Interruption[];
  readonly steps: readonly OutlinedStep[];
}

export interface Finding {
  /** The gravest case's, or "sound", or "unseen" when no control plane node was reached. */
  readonly case: CaseId | EtcdCaseId | "sound" | "unseen";
  readonly title: string;
  /** What not to do first. */
  readonly not: readonly string[];
  readonly cases: readonly {
    readonly id: CaseId | EtcdCaseId;
    readonly title: string;
    readonly remedy: string;
    readonly not: string;
    readonly citation: string;
  }[];
  /** Needed to make the files again, and found nowhere. */
  readonly unknown: readonly string[];
  readonly nodes: readonly NodeVerdict[];
}

export interface Interruption {
  readonly what: string;
  /** Milliseconds; absent: nobody can say. */
  readonly expected?: number;
}

export interface OutlinedStep {
  readonly id: string;
  readonly title: string;
  /** Milliseconds. */
  readonly expected: number;
  readonly disruptive: boolean;
}

export interface NodeVerdict {
  readonly name: string;
  readonly role: NodeFound["role"] | "member" | "client";
  readonly reachable: boolean;
  readonly why?: string;
  readonly files: readonly {
    readonly path: string;
    /** "valid", or what is wrong. */
    readonly state: readonly (FileFault | "valid")[];
  }[];
  /** What still lives there, in words. */
  readonly witnesses: readonly string[];
}

/** Says to whoever is woken by this what holds whatever was found. */
const never = [
  "Do not delete or replace /var/lib/etcd: it is the cluster.",
  "Do not reboot or restart kubelets and containers: what runs goes on running, and may be the last witness.",
] as const;

/** `phases`: what a recovery would do; empty when there is nothing to do or it is not known how. */
export const verdictOf = (
  situation: Situation,
  phases: readonly Phase[],
  unknown: readonly string[] = [],
): Verdict => {
  const found = situation.masters.length === 0 ? [] : casesOf(situation);
  const [leading] = found;
  const isSeen = situation.masters.length > 0;
  return {
    verdict: {
      case: isSeen ? (leading?.id ?? "sound") : "unseen",
      title: isSeen
        ? (leading?.title ?? "every file is there and valid")
        : "no control plane node was seen",
      not: leading === undefined ? [] : [leading.not, ...never],
      cases: found.map(({ id, title, remedy, not, citation }) => ({
        id,
        title,
        remedy,
        not,
        citation,
      })),
      unknown: leading === undefined ? [] : unknown,
      nodes: nodesOf(situation),
    },
    lost: lostOf(situation),
    recoverable: leading === undefined ? [] : recoverableOf(situation),
    interruptions: leading === undefined ? [] : interruptionsOf(situation, phases),
    steps: outline(phases),
  };
};

export const outline = (phases: readonly Phase[]): readonly OutlinedStep[] =>
  phases.flatMap(({ steps }) =>
    steps.map(({ id, title, expected, hazard }) => ({
      id,
      title,
      expected,
      disruptive: hazard === "disruptive",
    })),
  );

const caWords = {
  ca: "the cluster's CA (pki/ca)",
  "front-proxy-ca": "the front proxy's CA (pki/front-proxy-ca)",
  "etcd/ca": "etcd's CA (pki/etcd/ca)",
} as const;

const lostOf = ({ facts, cas, masters }: Situation): readonly string[] => {
  if (masters.length === 0) return [];
  const stacked = isStacked(facts);
  const keys = treeCas
    .filter((ca) => ca !== "etcd/ca" || stacked)
    .filter((ca) => cas[ca].key === "gone")
    .map(
      (ca) =>
        `the key of ${caWords[ca]}: on no node that was reached, and not among certwright's; whoever trusts only it has to be given a new one`,
    );
  const tokens = facts.nodes.some(({ files }) =>
    files.some(({ path, keys: held }) => path.endsWith("/pki/sa.key") && held.length > 0),
  );
  const kept = facts.kept.some(({ ca }) => ca === "sa");
  const verifies = tokenKeysOf(facts.nodes).length > 0;
  const { whole, lost } = membersData(facts);
  return [
    ...keys,
    ...(tokens || kept
      ? []
      : [
          verifies
            ? "the key that signs ServiceAccount tokens (pki/sa.key); tokens that are out go on being accepted, for its public half is there"
            : "the key pair of ServiceAccount tokens (pki/sa.key, pki/sa.pub): every token that is out dies, and pods that use the API have to be replaced",
        ]),
    ...(stacked && whole.length === 0
      ? [
          "etcd's data: on no node that was reached; only a snapshot brings the cluster's objects back",
        ]
      : []),
    ...(stacked && whole.length > 0 && 2 * whole.length <= masters.length
      ? [
          `what the members of ${some(lost)} had agreed on and ${some(whole)} had not received when etcd's data there was last written to`,
        ]
      : []),
  ];
};

const tokenKeysOf = (nodes: readonly NodeFound[]): readonly string[] =>
  nodes.flatMap(({ files, witnesses }) => [
    ...witnesses.tokenKeys.map(({ key }) => key),
    ...files.filter(({ path }) => path.endsWith("/pki/sa.pub")).flatMap(({ keys }) => keys),
  ]);

const recoverableOf = ({ facts, cas, donors, bare }: Situation): readonly string[] => {
  const lines: string[] = [];
  for (const ca of treeCas) {
    const { key } = cas[ca];
    if (key === "kept") lines.push(`${caWords[ca]}: certwright keeps its key`);
    if (key === "on-node" && bare.length > 0)
      lines.push(`${caWords[ca]}: its pair is on ${some(donors)}`);
  }
  for (const { name, witnesses } of facts.nodes) {
    const { etcd } = witnesses;
    if (etcd === undefined) continue;
    const written =
      etcd.changedAt === undefined ? "" : `, last written to ${formatInstant(etcd.changedAt)}`;
    const size = `${(etcd.bytes / 1_000_000).toFixed(1)} MB${written}`;
    const parts = [
      ...(etcd.kubeadmConfig === undefined ? [] : ["kubeadm's configuration"]),
      ...(etcd.nodes.length === 0 ? [] : [`the names of ${etcd.nodes.length} nodes`]),
      ...programsIn(etcd.pods.filter(({ node }) => node === name)),
    ];
    lines.push(
      `${name}: etcd's data in ${etcd.directory} (${size})${parts.length === 0 ? "" : `, in it ${parts.join(", ")}`}${etcd.silent === undefined ? "" : `; not all of it can be read: ${etcd.silent}`}`,
    );
  }
  return lines;
};

const programsIn = (pods: readonly { readonly program: string }[]): readonly string[] => {
  const names = treePrograms.filter((program) => pods.some((pod) => pod.program === program));
  return names.length === 0 ? [] : [`the manifests of ${names.join(", ")}`];
};

const interruptionsOf = (
  situation: Situation,
  phases: readonly Phase[],
): readonly Interruption[] => {
  const { facts, masters, bare } = situation;
  const isRenewed = renewedCas(situation).has("ca");
  const expected = phases
    .flatMap(({ steps }) => steps)
    .filter(({ gap }) => gap?.groups.includes("kube-apiserver") === true)
    .reduce((sum, step) => sum + step.expected, 0);
  // Who answers with an expired certificate, or below an expired CA, answers nobody who verifies.
  const serves =
    !isRenewed &&
    facts.nodes.some(({ witnesses }) =>
      witnesses.served.some(
        ({ port, certificates }) =>
          port === 6443 && (certificates[0]?.notAfter ?? 0) >= facts.takenAt,
      ),
    );
  const lines: Interruption[] = [];
  if (masters.length > 0 && !serves)
    lines.push({
      what: "the API: it is away now, and until the last step of the plan that starts an API server",
      ...(expected === 0 ? {} : { expected }),
    });
  else if (bare.length > 0 && bare.length < masters.length)
    lines.push({ what: `the API on ${some(bare)} only: the others answer` });
  const restarted = phases
    .flatMap(({ steps }) => steps)
    .flatMap(({ effect }) => (effect.kind === "consumer.restart" ? [effect.consumer] : []));
  if (restarted.length > 0)
    lines.push({ what: `these are restarted, in the order of the steps: ${restarted.join(", ")}` });
  for (const { name, role, reachable } of facts.nodes)
    if (role === "worker" && !reachable)
      lines.push({
        what: `the kubelet on ${name} was not looked at and gets nothing: run this again once there is a way to it`,
      });
  const renewed = phases
    .flatMap(({ steps }) => steps)
    .flatMap(({ effect }) => (effect.kind === "pods.renew" ? [effect] : []))[0];
  if (renewed !== undefined) {
    const dead =
      renewed.trust === undefined
        ? "a dead token"
        : renewed.tokens
          ? "a dead CA or a dead token"
          : "a dead CA";
    lines.push({
      what: `pods that hold ${dead}, which the API names when it is back: those of DaemonSets, Deployments and StatefulSets are replaced as their budgets allow, network first, then kube-proxy, CoreDNS, controllers, ingress, the rest; kubernetes.applications.exclude in certwright.yaml leaves some alone, and pods that nobody makes again stay and are named`,
    });
  }
  if (phases.length > 0) lines.push(...webhookLines(facts));
  if (masters.length > 0)
    lines.push({
      what: "other containers: none is stopped; programs in them that use the API wait for it",
      expected: 0,
    });
  return lines;
};

/** Who may be asked is known, and whether anybody answers is not, before the API is back. */
const webhookLines = (facts: RecoveryFacts): readonly Interruption[] => [
  ...deadWebhooks(facts).map(({ webhook, why }) => ({
    what: `${webhookWords(webhook)}: ${why}, so that it is held open from when the API is back until the run ends, and then is what it was`,
  })),
  ...doubtfulWebhooks(facts).map((one) => ({
    what: `${webhookWords(one)} refuses what it is asked about where it cannot answer; should a step say 'failed calling webhook "${one.name}"': ${patchCommand(one, "Fail", "Ignore")}, and once the run has ended: ${patchCommand(one, "Ignore", "Fail")}`,
  })),
];

const nodesOf = ({ facts, files }: Situation): readonly NodeVerdict[] =>
  facts.nodes.map(({ name, role, reachable, why, witnesses }) => ({
    name,
    role,
    reachable,
    ...(why === undefined ? {} : { why }),
    files: files
      .filter(({ node }) => node === name)
      .map(({ path, faults }) => ({ path, state: faults.length === 0 ? ["valid"] : faults })),
    witnesses: [
      ...witnesses.processes.map(({ program, pid }) => `${program} runs (process ${pid})`),
      ...witnesses.served.map(
        ({ port, program, certificates }) =>
          `${program} answers on ${port} as ${certificates[0]?.subject ?? "nobody"}`,
      ),
      ...(witnesses.tokenKeys.length === 0
        ? []
        : [
            `keys whose tokens are accepted: ${new Set(witnesses.tokenKeys.map(({ key }) => key)).size}`,
          ]),
    ],
  }));

/** The screen as text. */
export const verdictText = (found: Verdict): string =>
  screenText(found, {
    unknown: found.verdict.unknown,
    rest: found.verdict.nodes.flatMap(nodeLines),
  });

const nodeLines = (node: NodeVerdict): readonly string[] => [
  "",
  `${node.name} (${node.reachable ? node.role : `not reached: ${node.why ?? ""}`})`,
  ...faultLines(node),
  ...node.witnesses.map((line) => `  ${line}`),
];

/** Files with the same fault on one line. */
const faultLines = ({ files }: NodeVerdict): readonly string[] => {
  const groups = new Map<string, string[]>();
  for (const { path, state } of files) {
    const word = state.join(", ");
    groups.set(word, [...(groups.get(word) ?? []), path]);
  }
  return [...groups].map(([word, paths]) =>
    word === "valid" ? `  valid: ${paths.length} files` : `  ${word}: ${some(paths)}`,
  );
};
