import type { Phase, Step } from "../../model/plan.ts";
import { spanWords } from "../../text/span.ts";
import { casesOf, type Situation } from "../cases.ts";
import type { KnownCluster } from "../known-cluster.ts";
import { treeCas, type TreeCa } from "../tree.ts";
import { pairOf, workbench } from "./shell.ts";
import { stepByHand, type Setting } from "./step-by-hand.ts";

/** What a runbook is written from: what was found, and the plan that certwright would carry out. */
export interface Explained {
  readonly situation: Situation;
  readonly cluster: KnownCluster;
  /** Names of the issuers. */
  readonly issuers: Readonly<Record<TreeCa | "sa", string>>;
  readonly phases: readonly Phase[];
}

/**
 * The plan of a recovery for hands, as Markdown: for each step where to type what, and how to see that it has worked.
 * For those who may not run programs on control plane nodes.
 */
export const recoveryRunbook = (explained: Explained): string => {
  const { situation, phases, cluster } = explained;
  const found = casesOf(situation);
  const setting = settingOf(explained);
  const expected = phases.flatMap(({ steps }) => steps).reduce((sum, one) => sum + one.expected, 0);
  const numbered = { next: 1 };
  return [
    `# ${cluster.name}: ${found[0]?.title ?? "every file is there and valid"}`,
    "",
    `${phases.flatMap(({ steps }) => steps).length} steps, in this order. certwright takes about ${spanWords(expected)} for them; hands take longer, and the times below are certwright's.`,
    "",
    ...found.map(({ not }) => `- ${not}`),
    "",
    "## Before the first step",
    "",
    ...fence([
      "# on every control plane node, as root, in each shell that you open:",
      `umask 077; mkdir -p ${workbench}; export KUBECONFIG=${setting.directory}/admin.conf`,
    ]),
    "",
    'Needed there: openssl 3, kubectl, crictl; scp between the control plane nodes. A step is done when what stands under "It worked when" shows it; go on only then. The folder above holds keys of CAs: delete it on every machine at the end.',
    ...keptLines(explained, setting),
    ...phases.flatMap((phase) => phaseLines(setting, phase, numbered)),
    "",
    "## At the end",
    "",
    ...fence([
      "kubectl get nodes   # all Ready",
      "kubeadm certs check-expiration   # on each control plane node",
      `rm -rf ${workbench}   # on each control plane node`,
    ]),
    "",
  ].join("\n");
};

/** Who goes on alone, else the first whose member nobody replaces. */
const livingIn = ({ cluster, phases }: Explained): string => {
  const steps = phases.flatMap((one) => one.steps);
  const alone = steps.flatMap(({ proves }) =>
    proves.flatMap((claim) => (claim.kind === "lone-member" ? [claim.node] : [])),
  );
  const replaced = new Set(
    steps.flatMap(({ effect }) => (effect.kind === "etcd.member-renew" ? [effect.node] : [])),
  );
  return alone[0] ?? cluster.masters.find(({ name }) => !replaced.has(name))?.name ?? "";
};

const settingOf = (explained: Explained): Setting => {
  const { situation, cluster, issuers } = explained;
  const { directory } = situation.facts;
  const usable = (path: string): string | undefined =>
    situation.files.find(
      ({ file, faults }) => file.path === path && faults.every((fault) => fault === "wrong-mode"),
    )?.node;
  const sources = [...treeCas, "sa" as const].flatMap((ca) => {
    const path = `pki/${ca}.key`;
    const node = usable(path);
    const expired = ca !== "sa" && situation.cas[ca].certificate === "expired";
    const entry = { node: node ?? "", key: `${directory}/${path}`, expired };
    return node === undefined ? [] : [[issuers[ca], entry] as const];
  });
  return {
    cluster,
    directory,
    first: cluster.masters[0]?.name ?? "",
    living: livingIn(explained),
    sources: new Map(sources),
  };
};

/** CAs that no step makes or takes over are in certwright's PKI. */
const keptLines = ({ phases }: Explained, { first }: Setting): readonly string[] => {
  const steps = phases.flatMap((one) => one.steps);
  const had = new Set(
    steps.flatMap(({ effect, proves }) => [
      ...(effect.kind === "issuer.create" ? [effect.issuer] : []),
      ...proves.flatMap((claim) => (claim.kind === "generation" ? [claim.issuer] : [])),
    ]),
  );
  const kept = [...new Set(steps.flatMap(issuersIn))].filter((issuer) => !had.has(issuer));
  if (kept.length === 0) return [];
  return [
    "",
    `certwright keeps ${kept.join(", ")}. On the machine that has its PKI, then copied to ${first}:${workbench}:`,
    "",
    ...fence(
      kept.flatMap((issuer) => {
        const { certificate, key } = pairOf(issuer);
        const file = (path: string): string => path.slice(workbench.length + 1);
        return [
          `certwright ca export ${issuer} --out ${file(certificate)}`,
          `certwright ca export ${issuer} --private-key --out ${file(key)}`,
        ];
      }),
    ),
  ];
};

const issuersIn = ({ effect }: Step): readonly string[] =>
  effect.kind !== "files.make"
    ? []
    : effect.files.flatMap(({ make }) => {
        if (make.kind === "text") return [];
        return "leaf" in make && make.leaf !== undefined
          ? [make.leaf.issuer]
          : "issuer" in make
            ? [make.issuer]
            : [];
      });

const phaseLines = (
  setting: Setting,
  { id, title, why, steps }: Phase,
  numbered: { next: number },
): readonly string[] => [
  "",
  `## ${title}`,
  "",
  why,
  ...steps.flatMap((step) => stepLines(setting, step, numbered.next++)),
  ...(id === "authority" ? carryOver(setting) : []),
];

const stepLines = (setting: Setting, step: Step, number: number): readonly string[] => {
  const head = ["", `### ${number}. ${step.title} (${spanWords(step.expected)})`, ""];
  const words = stepByHand(setting, step);
  if (words === undefined)
    return [...head, "There is no command for it: its title says what has to be so afterwards."];
  return [
    ...head,
    `On ${words.on}:`,
    "",
    ...fence(words.type),
    ...(words.see.length === 0
      ? []
      : ["", "It worked when these show it:", "", ...fence(words.see)]),
  ];
};

const carryOver = ({ cluster, first }: Setting): readonly string[] => {
  const others = cluster.masters.map(({ name }) => name).filter((name) => name !== first);
  if (others.length === 0) return [];
  return [
    "",
    `Each control plane node signs its own leaves: give the others what lies on ${first} now.`,
    "",
    ...fence(others.map((name) => `scp -rp ${workbench} root@${name}:/root/   # on ${first}`)),
  ];
};

const fence = (lines: readonly string[]): readonly string[] => ["```sh", ...lines, "```"];
