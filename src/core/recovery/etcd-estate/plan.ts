import type { Claim } from "../../model/claim.ts";
import type { EdgeId } from "../../model/inventory.ts";
import type { MadeFile } from "../../model/made-file.ts";
import type { Phase, Step, StepId } from "../../model/plan.ts";
import { some } from "../../text/some.ts";
import { healthy, phase, step, takes } from "../steps.ts";
import { etcdCasesOf } from "./cases.ts";
import type { ClientFound, MemberFound, PlaceFound } from "./facts.ts";
import type { EtcdSituation, JudgedPlace, Signing } from "./judge.ts";

export interface EtcdRecoveryOptions {
  /** "20261124T031500": part of the names of folders that take copies. */
  readonly stamp: string;
  /** Where the operator's machine keeps clients' files. */
  readonly clientsDirectory: string;
  /** Who dials whom. */
  readonly edges: readonly EdgeId[];
}

/** What is done; empty when nothing is wrong, or when somebody has to do something else first. */
export const etcdRecoveryPhases = (
  situation: EtcdSituation,
  options: EtcdRecoveryOptions,
): readonly Phase[] => {
  const [leading] = etcdCasesOf(situation);
  if (leading === undefined || leading.first === true) return [];
  const { facts } = situation;
  const silent = silence(situation);
  return [
    phase(
      "preflight",
      "Copy what is left",
      "Nothing is written before there is a copy of it.",
      copySteps(situation, options),
    ),
    phase(
      "authority",
      "CAs",
      "Those that certwright keeps sign again; what nobody has is made anew.",
      [...situation.signing.values()].flatMap(newIssuer),
    ),
    phase("etcd", "Members", "First all files, then whoever has to be started.", [
      ...memberSteps(situation),
    ]),
    phase(
      "forget",
      "CAs that nobody has",
      "No member trusts them any more. Clients are looked at without them.",
      [...situation.signing.values()].flatMap(forgotten),
    ),
    phase(
      "clients",
      "Clients",
      "Those whose files the estate knows; everybody else has to be given theirs.",
      facts.clients.flatMap((one) => clientSteps(situation, one, options)),
    ),
  ]
    .filter(({ steps }) => steps.length > 0)
    .map(silent);
};

/** Nobody answers before the members are well, where nobody did when the plan was made. */
const silence = ({ isServing, facts }: EtcdSituation): ((one: Phase) => Phase) => {
  if (isServing) return (one) => one;
  const gapOf = (one: Step): Step => ({
    ...one,
    gap: { groups: [facts.group], milliseconds: one.expected },
  });
  return (one) =>
    ["preflight", "authority", "etcd"].includes(one.id)
      ? { ...one, steps: one.steps.map(gapOf) }
      : one;
};

/** One copy for each machine: several members may stand on one. */
const copySteps = (
  { facts }: EtcdSituation,
  { stamp, clientsDirectory }: EtcdRecoveryOptions,
): readonly Step[] => {
  const all: readonly (MemberFound | ClientFound)[] = [...facts.members, ...facts.clients];
  return [...new Set(all.map(({ node }) => node))].map((node) => {
    const members = facts.members.filter((one) => one.node === node);
    const here = all.filter((one) => one.node === node);
    const from = [
      ...new Set([
        ...here.flatMap(({ places }) =>
          places.flatMap(({ path, key }) => (key === undefined ? [path] : [path, key])),
        ),
        ...members.map(({ dataDirectory }) => dataDirectory),
      ]),
    ];
    const to = copyFolder(members[0]?.dataDirectory ?? folderOf(here, clientsDirectory), stamp);
    const claim = { ...(node === undefined ? {} : { node }), from, to };
    const what = members.length === 0 ? "clients' files" : "certificates and data of etcd";
    return step(
      `preflight.copy.${node ?? "operator"}`,
      `copy ${what} on ${node ?? "this machine"} to ${to}`,
      { kind: "node.copy", ...claim },
      [{ kind: "copied", ...claim }],
      {
        expected: takes.copy,
        ...(members.some(({ process }) => process !== undefined)
          ? {
              risk: "etcd is running: its copy is as if its machine had lost power at that moment",
            }
          : {}),
      },
    );
  });
};

/** Beside the data, where there is room for it. */
const copyFolder = (path: string, stamp: string): string =>
  `${path.slice(0, path.lastIndexOf("/"))}/certwright/before-recovery-${stamp}`;

const folderOf = (here: readonly (MemberFound | ClientFound)[], operators: string): string => {
  const [one] = here;
  if (one?.node === undefined) return operators;
  const [place] = one.places;
  return place === undefined ? operators : place.path.slice(0, place.path.lastIndexOf("/"));
};

const newIssuer = ({
  issuer: { name, generations },
  how,
  generation,
}: Signing): readonly Step[] => {
  if (how !== "new") return [];
  const proves: readonly Claim[] = [
    { kind: "generation", issuer: name, number: generation, stage: "issuing" },
  ];
  if (generations.length === 0)
    return [
      step(
        `authority.create.${name}`,
        `make a new ${name}`,
        { kind: "issuer.create", issuer: name, profile: "root" },
        proves,
        { expected: takes.issuer },
      ),
    ];
  const created = step(
    `authority.create.${name}`,
    `make generation ${generation} of ${name}`,
    { kind: "generation.create", issuer: name, number: generation },
    [{ kind: "generation", issuer: name, number: generation, stage: "staged" }],
    { expected: takes.issuer },
  );
  return [
    created,
    step(
      `authority.issuing.${name}`,
      `have generation ${generation} of ${name} sign`,
      { kind: "generation.stage", issuer: name, number: generation, stage: "issuing" },
      proves,
      { needs: [created.id], expected: takes.issuer },
    ),
  ];
};

/** A generation that cannot sign and that nobody trusts any more. */
const forgotten = ({ issuer, how }: Signing): readonly Step[] =>
  how !== "new"
    ? []
    : issuer.generations
        .filter(({ isRetired }) => !isRetired)
        .map(({ number }) =>
          step(
            `forget.${issuer.name}.${number}`,
            `retire generation ${number} of ${issuer.name}`,
            { kind: "generation.stage", issuer: issuer.name, number, stage: "retired" },
            [{ kind: "generation", issuer: issuer.name, number, stage: "retired" }],
            { expected: takes.issuer },
          ),
        );

const memberSteps = (situation: EtcdSituation): readonly Step[] => {
  const { facts, starts, isServing, places } = situation;
  const written = facts.members.flatMap((member) => {
    const files = filesOf(situation, member);
    if (files.length === 0) return [];
    const claim = { node: member.node, files };
    return [
      step(
        `etcd.files.${member.name}`,
        `make ${filesWords(files)} for ${member.name}`,
        { kind: "files.make", ...claim },
        [{ kind: "made", ...claim }],
        {},
      ),
    ];
  });
  let former: StepId | undefined;
  const started = facts.members
    .filter(({ name }) => starts.includes(name))
    .map(({ name, consumer, places: own }) => {
      const server = own.find(({ slot }) => slot.endsWith("/server"));
      const before = isServing && former !== undefined ? [former] : [];
      const one = step(
        `etcd.start.${name}`,
        `start ${name}`,
        { kind: "consumer.restart", consumer, ...(isServing ? {} : { unawaited: true }) },
        [
          { kind: "restarted", consumer },
          ...(isServing && server !== undefined ? [presentsClaim(situation, server)] : []),
        ],
        {
          needs: [...written.map(({ id }) => id), ...before],
          hazard: "disruptive",
          expected: takes.start,
          // None is ready before there is a quorum of them.
          ...(isServing ? {} : { beside: { word: "etcd", most: starts.length } }),
        },
      );
      former = one.id;
      return one;
    });
  const [cluster] = facts.members.flatMap(({ data }) => data?.clusterId ?? []);
  const proofs = places
    .filter(({ of, place }) => isMember(of) && place.role === "presents")
    .map(({ place }) => presentsClaim(situation, place));
  const all = [...written, ...started];
  return [
    ...all,
    step(
      "etcd.well",
      "see that all members are well, and hold the data that they held",
      { kind: "none" },
      [
        healthy(facts.group),
        { kind: "same-data", group: facts.group, ...(cluster === undefined ? {} : { cluster }) },
        ...proofs,
      ],
      { needs: all.map(({ id }) => id), expected: takes.start },
    ),
  ];
};

const isMember = (of: JudgedPlace["of"]): of is MemberFound => "dataDirectory" in of;

const presentsClaim = ({ signing }: EtcdSituation, { slot, issuer }: PlaceFound): Claim => ({
  kind: "presents",
  slot,
  generation: signing.get(issuer)?.generation ?? 1,
});

const filesWords = (files: readonly MadeFile[]): string =>
  `${some(files.map(({ path }) => path.slice(path.lastIndexOf("/") + 1)))} anew`;

const clientSteps = (
  situation: EtcdSituation,
  client: ClientFound,
  { edges }: EtcdRecoveryOptions,
): readonly Step[] => {
  const files = filesOf(situation, client);
  if (files.length === 0) return [];
  const { name, consumer, node } = client;
  const claim = { ...(node === undefined ? {} : { node }), files };
  const verified = edges
    .filter((edge) => edge.startsWith(`${consumer}>`))
    .map((edge): Claim => ({ kind: "verifies", edge }));
  const readsAtStart = client.places.some(
    ({ path, reload }) => reload === "start" && files.some((file) => file.path === path),
  );
  const restarts = readsAtStart && client.restarts;
  const written = step(
    `clients.files.${name}`,
    `make ${filesWords(files)} for client ${name}${node === undefined ? "" : ` on ${node}`}`,
    { kind: "files.make", ...claim },
    [{ kind: "made", ...claim }, ...(restarts ? [] : verified)],
    {},
  );
  if (!restarts) return [written];
  return [
    written,
    step(
      `clients.restart.${name}`,
      `restart client ${name}`,
      { kind: "consumer.restart", consumer },
      [{ kind: "restarted", consumer }, ...verified],
      { needs: [written.id], hazard: "disruptive", expected: takes.start },
    ),
  ];
};

const certificateMode = 0o644;

/** What of somebody's files is made, each path once. */
const filesOf = (
  situation: EtcdSituation,
  { consumer }: Pick<MemberFound | ClientFound, "consumer">,
): readonly MadeFile[] => {
  const { places, signing } = situation;
  const files = places
    .filter(({ of }) => of.consumer === consumer)
    .filter(({ place, faults }) => faults.length > 0 || signing.get(place.issuer)?.how === "new")
    .flatMap((one): readonly MadeFile[] => {
      const own = signing.get(one.place.issuer);
      return own === undefined ? [] : [madeOf(one, own)];
    });
  const merged = new Map<string, MadeFile>();
  for (const file of files) merged.set(file.path, together(merged.get(file.path), file));
  return [...merged.values()];
};

/** One pair that a member shows on both ports: a peer's, which is a client as well, with the names of both. */
const together = (former: MadeFile | undefined, file: MadeFile): MadeFile => {
  const { make } = file;
  if (former?.make.kind !== "certificate" || make.kind !== "certificate") return file;
  const { dns, ip } = former.make.leaf;
  const leaf = {
    ...make.leaf,
    dns: [...new Set([...dns, ...make.leaf.dns])],
    ip: [...new Set([...ip, ...make.leaf.ip])],
  };
  return { ...file, make: { ...make, leaf } };
};

const madeOf = ({ of, place, faults }: JudgedPlace, { issuer, generation }: Signing): MadeFile => {
  const { path, key, owner, role, leaf, found } = place;
  const own = { issuer: issuer.name, generation };
  const common = { path, mode: certificateMode, ...(owner === undefined ? {} : { owner }) };
  if (role === "trusts" || key === undefined || leaf === undefined)
    return { ...common, make: { kind: "ca", ...own, ...(isMember(of) ? {} : { root: true }) } };
  // Only what this CA has signed before is signed again without a look at any rule.
  const signer = found?.certificates[0]?.signedBy;
  const isOurs = issuer.generations.some((one) => one.key === signer);
  const isLike = faults.every((fault) => fault === "expired" || fault === "wrong-ca");
  return {
    ...common,
    make: {
      kind: "certificate",
      leaf: { ...own, ...leaf },
      key,
      ...(isOurs && isLike ? { again: true } : {}),
    },
  };
};
