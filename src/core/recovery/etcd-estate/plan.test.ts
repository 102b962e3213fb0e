import assert from "node:assert/strict";
import test from "node:test";
import type { Fingerprint, KeyId } from "../../model/certificate.ts";
import type { CertificateFacts, ConsumerId, SlotId } from "../../model/inventory.ts";
import { etcdCasesOf } from "./cases.ts";
import type { EtcdFacts, IssuerFound, MemberFound, PlaceFound } from "./facts.ts";
import { judgeEtcd } from "./judge.ts";
import { etcdRecoveryPhases } from "./plan.ts";
import { etcdVerdict } from "./verdict.ts";

const now = Date.UTC(2026, 10, 24);
const year = 365 * 86_400_000;
const ca = "etcd-ca";
const caKey = "ca-key" as KeyId;

const certificate = (key: string, notAfter: number): CertificateFacts => ({
  fingerprint: `${key} ${notAfter}` as Fingerprint,
  key: key as KeyId,
  subject: `CN=${key}`,
  issuer: `CN=${ca}`,
  signedBy: caKey,
  notBefore: now - 2 * year,
  notAfter,
  ca: key === caKey,
});

interface Made {
  /** When leaves end. */
  readonly leaves?: number;
  readonly gone?: true;
  readonly stopped?: true;
  readonly cluster?: string;
  readonly member?: string;
  readonly withoutData?: true;
}

const memberOf = (name: string, made: Made): MemberFound => {
  const { leaves = now + year } = made;
  const of = (what: string, role: PlaceFound["role"]): PlaceFound => {
    const key = `${name} ${what}`;
    const held = role === "trusts" ? certificate(caKey, now + year) : certificate(key, leaves);
    return {
      slot: `${name}/etcd/${what}` as SlotId,
      role,
      issuer: ca,
      reload: role === "trusts" ? "start" : "handshake",
      path: `/etc/etcd/pki/${what}.crt`,
      ...(role === "trusts"
        ? {}
        : {
            key: `/etc/etcd/pki/${what}.key`,
            name,
            leaf: { profile: `etcd-${what}`, dns: [name], ip: [] },
          }),
      ...(made.gone === true
        ? {}
        : {
            found: {
              certificates: [held],
              changedAt: now - 2 * year,
              names: [name],
              ...(role === "trusts" ? {} : { key: held.key }),
            },
          }),
    };
  };
  return {
    name,
    node: name,
    consumer: `${name}/etcd` as ConsumerId,
    reachable: true,
    clockSkew: 0,
    dataDirectory: "/var/lib/etcd",
    places: [
      of("server", "presents"),
      of("peer", "presents"),
      of("client-trust", "trusts"),
      of("peer-trust", "trusts"),
    ],
    ...(made.withoutData === true
      ? {}
      : {
          data: {
            bytes: 1,
            members: [],
            clusterId: made.cluster ?? "cdf8",
            memberId: made.member ?? name,
          },
        }),
    ...(made.stopped === true ? {} : { process: { pid: 1, startedAt: now - year } }),
    served:
      made.gone === true || made.stopped === true
        ? []
        : (["client", "peer"] as const).map((port) => ({
            port,
            certificates: [certificate(`${name} ${port}`, leaves)],
          })),
  };
};

const keptCa = (hasKey: boolean): IssuerFound => ({
  name: ca,
  generations: [
    {
      number: 1,
      key: caKey,
      certificate: certificate(caKey, now + year).fingerprint,
      isRetired: false,
    },
  ],
  current: { number: 1, notAfter: now + year, hasKey, isBelowAnother: false },
});

const factsOf = (members: readonly Made[], issuer: IssuerFound = keptCa(true)): EtcdFacts => ({
  takenAt: now,
  cluster: "main",
  group: "etcd/main",
  members: members.map((made, i) => memberOf(`etcd-${i + 1}`, made)),
  clients: [],
  issuers: [issuer],
});

const plannedFor = (facts: EtcdFacts) => {
  const situation = judgeEtcd(facts);
  const phases = etcdRecoveryPhases(situation, {
    stamp: "20261124T000000",
    clientsDirectory: "/home/ops/clients",
    edges: [],
  });
  const verdict = etcdVerdict(situation, phases);
  const steps = phases.flatMap((phase) => phase.steps);
  return {
    cases: etcdCasesOf(situation).map(({ id }) => id),
    steps,
    ids: steps.map(({ id }) => id as string),
    verdict,
  };
};

const expired = { leaves: now - 1 };
const three = (made: Made): readonly Made[] => [made, made, made];

test("nothing is planned for a cluster that is well", () => {
  const { verdict, ids } = plannedFor(factsOf(three({})));
  assert.deepEqual([verdict.verdict.case, ids], ["sound", []]);
});

test("leaves that have expired are issued again for their keys, and no member that runs is restarted", () => {
  const { cases, ids, steps } = plannedFor(factsOf(three(expired)));
  assert.deepEqual(cases, ["leaves-dead"]);
  assert.deepEqual(ids.slice(0, 3), [
    "preflight.copy.etcd-1",
    "preflight.copy.etcd-2",
    "preflight.copy.etcd-3",
  ]);
  assert.deepEqual(ids.slice(3), [
    "etcd.files.etcd-1",
    "etcd.files.etcd-2",
    "etcd.files.etcd-3",
    "etcd.well",
  ]);
  const made = steps.flatMap(({ effect }) => (effect.kind === "files.make" ? effect.files : []));
  assert.equal(made.length, 6);
  for (const { make } of made) assert.equal(make.kind === "certificate" && make.again, true);
});

test("members that do not run are started together, since none is ready before there is a quorum", () => {
  const { steps } = plannedFor(factsOf(three({ ...expired, stopped: true })));
  const starts = steps.filter(({ effect }) => effect.kind === "consumer.restart");
  assert.equal(starts.length, 3);
  for (const { beside, effect, needs } of starts) {
    assert.deepEqual(beside, { word: "etcd", most: 3 });
    assert.equal("unawaited" in effect && effect.unawaited, true);
    assert.equal(
      needs.some((id) => id.startsWith("etcd.start")),
      false,
    );
  }
});

test("one member of three that stands still is started while the others work, and is waited for", () => {
  const { cases, steps } = plannedFor(factsOf([{}, {}, { ...expired, stopped: true }]));
  assert.deepEqual(cases, ["leaves-dead", "not-started"]);
  const [start, ...others] = steps.filter(({ effect }) => effect.kind === "consumer.restart");
  assert.deepEqual([start?.id, others], ["etcd.start.etcd-3", []]);
  assert.equal("unawaited" in start!.effect, false);
  assert.equal(
    steps.every(({ gap }) => gap === undefined),
    true,
  );
});

test("a CA without its key is made anew where nothing works any more, with all that it signed and whoever trusts it", () => {
  const { cases, ids, steps, verdict } = plannedFor(factsOf(three(expired), keptCa(false)));
  assert.equal(cases[0], "ca-lost");
  assert.match(verdict.lost[0]!, /the key of etcd-ca/);
  assert.deepEqual(
    ids.filter((id) => /^(?:authority|etcd\.start|forget)/.test(id)),
    [
      "authority.create.etcd-ca",
      "authority.issuing.etcd-ca",
      "etcd.start.etcd-1",
      "etcd.start.etcd-2",
      "etcd.start.etcd-3",
      "forget.etcd-ca.1",
    ],
  );
  const made = steps.flatMap(({ effect }) => (effect.kind === "files.make" ? effect.files : []));
  assert.equal(made.length, 12);
});

test("certificates that a CA unknown to certwright had signed are made by the estate, and not like what lies there", () => {
  const { steps } = plannedFor(factsOf(three(expired), { name: ca, generations: [] }));
  const made = steps.flatMap(({ effect }) => (effect.kind === "files.make" ? effect.files : []));
  for (const { make } of made)
    assert.equal(make.kind === "certificate" ? make.again : undefined, undefined);
});

test("former members that the data still has do not make a quorum lost that is there", () => {
  const facts = factsOf([expired, expired, expired]);
  const stale = Array.from({ length: 6 }, (_, i) => ({ name: `former-${i}`, peerUrls: [] }));
  const members = facts.members.map((one) =>
    one.data === undefined ? one : { ...one, data: { ...one.data, members: stale } },
  );
  assert.equal(plannedFor({ ...facts, members }).cases[0], "leaves-dead");
});

const refused: readonly (readonly [string, EtcdFacts])[] = [
  ["ca-lost-and-serving", factsOf([{}, {}, { gone: true, stopped: true }], keptCa(false))],
  ["quorum-lost", factsOf([{}, { withoutData: true }, { withoutData: true }])],
  ["member-without-data", factsOf([{}, {}, { withoutData: true }])],
  ["member-twice", factsOf([expired, { ...expired, member: "etcd-3" }, expired])],
  ["other-cluster", factsOf([expired, expired, { ...expired, cluster: "beef" }])],
];

for (const [id, facts] of refused)
  test(`nothing is planned in the case ${id}: somebody has to do something else first`, () => {
    const { cases, ids, verdict } = plannedFor(facts);
    assert.deepEqual([cases[0], ids], [id, []]);
    assert.equal(verdict.verdict.case, id);
  });
