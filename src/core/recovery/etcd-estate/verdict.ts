import type { Phase } from "../../model/plan.ts";
import { some } from "../../text/some.ts";
import { outline, type Interruption, type NodeVerdict, type Verdict } from "../verdict.ts";
import { etcdCasesOf } from "./cases.ts";
import type { EtcdSituation } from "./judge.ts";

/** Says to whoever is woken by this what holds whatever was found. */
const never = [
  "Do not delete, move or restore a member's data directory: nothing in it is signed, so nothing in it has expired.",
  "Do not remove members from the cluster or add any: without a quorum that cannot be taken back.",
] as const;

/** In the shape that the verdict on a Kubernetes cluster has. */
export const etcdVerdict = (situation: EtcdSituation, phases: readonly Phase[]): Verdict => {
  const cases = etcdCasesOf(situation);
  const [leading] = cases;
  const { facts } = situation;
  return {
    verdict: {
      case: leading?.id ?? "sound",
      title: leading?.title ?? "every file is there and valid, and every member runs with it",
      not: leading === undefined ? [] : [leading.not, ...never],
      cases: cases.map(({ id, title, remedy, not, citation }) => ({
        id,
        title,
        remedy,
        not,
        citation,
      })),
      unknown: [],
      nodes: [...facts.members, ...facts.clients].map((one) => nodeVerdict(situation, one)),
    },
    lost: lostOf(situation),
    recoverable: leading === undefined ? [] : recoverableOf(situation),
    interruptions: leading === undefined ? [] : interruptionsOf(situation, phases),
    steps: outline(phases),
  };
};

const lostOf = ({ facts, signing }: EtcdSituation): readonly string[] => [
  ...[...signing.values()].flatMap(({ issuer: { name, current }, how }) => {
    if (how !== "new") return [];
    return current?.hasKey === true
      ? [`${name} has expired: whoever trusts only it has to be given a new one`]
      : [
          `the key of ${name}: not among certwright's; whoever trusts only that CA has to be given a new one`,
        ];
  }),
  ...facts.members
    .filter(({ reachable, data }) => reachable && data === undefined)
    .map(({ name, dataDirectory }) => `the data of ${name}: nothing is in ${dataDirectory}`),
];

const recoverableOf = ({ facts, signing }: EtcdSituation): readonly string[] => [
  ...[...signing.values()].flatMap(({ issuer: { name }, how }) =>
    how === "kept" ? [`${name}: certwright has its key`] : [],
  ),
  ...facts.members.flatMap(({ name, dataDirectory, data }) =>
    data === undefined
      ? []
      : [
          `${name}: its data in ${dataDirectory} (${(data.bytes / 1_000_000).toFixed(1)} MB)${data.clusterId === undefined ? "" : `, of cluster ${data.clusterId}`}`,
        ],
  ),
];

const interruptionsOf = (
  situation: EtcdSituation,
  phases: readonly Phase[],
): readonly Interruption[] => {
  const { facts, isServing, signing } = situation;
  const steps = phases.flatMap((one) => one.steps);
  const gap = steps
    .filter((one) => one.gap !== undefined)
    // Those that are started at once take as long as one.
    .filter(({ beside }, i, all) => beside === undefined || all[i - 1]?.beside === undefined)
    .reduce((sum, { expected }) => sum + expected, 0);
  const starts = steps.flatMap(({ effect }) =>
    effect.kind === "consumer.restart" ? [effect.consumer] : [],
  );
  const isNew = [...signing.values()].some(({ how }) => how === "new");
  const own = facts.clients.filter(
    ({ restarts, places }) => !restarts && places.some(({ reload }) => reload === "start"),
  );
  return [
    ...(isServing
      ? [{ what: "the cluster: none, more than half of its members work", expected: 0 }]
      : [
          {
            what: "the cluster: it does not work now, and does not until its members are well",
            ...(gap === 0 ? {} : { expected: gap }),
          },
        ]),
    ...(starts.length === 0
      ? []
      : [
          {
            what: `these are started or restarted${isServing ? ", one after the other" : ""}: ${some(starts)}`,
          },
        ]),
    ...(isNew
      ? [
          {
            what: "clients that certwright.yaml does not name: each has to be given the new CA and a certificate of it",
          },
        ]
      : []),
    ...own.map(({ name }) => ({
      what: `client ${name} reads its files when it starts, and nobody but you can restart it`,
    })),
    ...facts.clients
      .filter(({ reachable }) => !reachable)
      .map(({ name }) => ({
        what: `client ${name} was not looked at and gets nothing: run this again once there is a way to it`,
      })),
  ];
};

const nodeVerdict = (
  { facts, places }: EtcdSituation,
  one: EtcdSituation["places"][number]["of"],
): NodeVerdict => ({
  name: one.name,
  role: "dataDirectory" in one ? "member" : "client",
  reachable: one.reachable,
  ...(one.why === undefined ? {} : { why: one.why }),
  files: places
    .filter(({ of }) => of === one)
    .map(({ place: { path }, faults }) => ({
      path,
      state: faults.length === 0 ? (["valid"] as const) : faults,
    })),
  witnesses: "dataDirectory" in one ? witnessesOf(facts.takenAt, one) : [],
});

const witnessesOf = (
  now: number,
  { process, served }: Extract<EtcdSituation["places"][number]["of"], { dataDirectory: string }>,
): readonly string[] => [
  process === undefined ? "etcd does not run" : `etcd runs (process ${process.pid})`,
  ...served.map(({ port, certificates: [leaf] }) => {
    const ended = leaf !== undefined && leaf.notAfter <= now;
    return `it answers on its ${port} port, with a certificate that ${ended ? "has expired" : "is valid"}`;
  }),
];
