/** Plans over a cluster of kubeadm's: what is split, in which order, what is waited for, and which mistakes the walk sees. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { digests } from "../../adapters/crypto/node-digests.ts";
import type { Fingerprint, KeyId } from "../model/certificate.ts";
import type { Digest, Inventory, Slot } from "../model/inventory.ts";
import type { Phase, Plan, Protocol, Step } from "../model/plan.ts";
import { exampleIssuers, exampleKubernetes } from "./examples/kubernetes.ts";
import { planText } from "./explain/text.ts";
import { planFor, type Wanted } from "./plan-for.ts";
import { isHome } from "./signers.ts";
import { walk } from "./walk/walk.ts";

const now = Date.UTC(2026, 10, 1);
const { cluster, frontProxy, etcd } = exampleIssuers;
const everyIssuer = [cluster, frontProxy, etcd];

const clusterOf = (masters: number, workers: number): Inventory =>
  exampleKubernetes({
    digests,
    now,
    masters,
    workers,
    workloads: [
      "deployment/shop/web",
      "deployment/kube-system/coredns",
      "daemonset/kube-system/kube-proxy",
      "daemonset/net/cni",
    ],
    clientsComplete: true,
  });
const three = clusterOf(3, 1);
const one = clusterOf(1, 1);

const planned = (wanted: Wanted, over: Inventory): Plan => {
  const result = planFor(wanted, over, { now, digests });
  assert.ok(result.ok, JSON.stringify(result));
  return result.plan;
};
const rotation = (
  issuers: readonly string[],
  over: Inventory = three,
  protocol: Protocol = "bundle",
): Plan => planned({ kind: "rotate", issuers, protocol }, over);

const phaseOf = (plan: Plan, id: string): Phase => {
  const phase = plan.phases.find((each) => each.id === id);
  assert.ok(phase !== undefined, `no phase ${id}`);
  return phase;
};
const stepOf = (steps: readonly Step[], id: string): Step => {
  const step = steps.find((each) => each.id === id);
  assert.ok(step !== undefined, `no step ${id}`);
  return step;
};

/** Everything that has settled when a step begins. */
const before = (steps: readonly Step[], id: string): ReadonlySet<string> => {
  const found = new Set<string>();
  const open: string[] = [...stepOf(steps, id).needs];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next)) continue;
    found.add(next);
    open.push(...stepOf(steps, next).needs);
  }
  return found;
};
const isBefore = (steps: readonly Step[], first: string, second: string): void =>
  assert.ok(before(steps, second).has(first), `${second} does not wait for ${first}`);

const withSlot = (over: Inventory, id: string, change: (slot: Slot) => Slot): Inventory => ({
  ...over,
  slots: over.slots.map((slot) => (slot.id === id ? change(slot) : slot)),
});

const phaseIds = (plan: Plan): readonly string[] => plan.phases.map(({ id }) => id);

test("signers are split off only where a CA is rotated that somebody signs with while it is trusted", () => {
  const split = ["preflight", "split", "stage", "trust", "switch", "drop", "join"];
  assert.deepEqual(phaseIds(rotation([cluster])), split);
  assert.deepEqual(phaseIds(rotation(everyIssuer)), split);
  assert.deepEqual(phaseIds(rotation([frontProxy, etcd])), [
    "preflight",
    "stage",
    "trust",
    "switch",
    "drop",
  ]);
});

test("a controller-manager is given the current CA in files of its own before its flags lead there, the leader last", () => {
  const { steps, rollback } = phaseOf(rotation([cluster]), "split");
  const flags = steps.filter(({ effect }) => effect.kind === "flags.set");
  assert.deepEqual(
    flags.map(({ id }) => id as string),
    ["master-2", "master-3", "master-1"].map(
      (node) => `split.flags.${node}/kube-controller-manager`,
    ),
  );
  const [first] = flags;
  assert.deepEqual(first?.effect, {
    kind: "flags.set",
    consumer: "master-2/kube-controller-manager",
    flags: {
      "cluster-signing-cert-file": "/etc/kubernetes/pki/ca-signer.crt",
      "cluster-signing-key-file": "/etc/kubernetes/pki/ca-signer.key",
    },
  });
  assert.deepEqual(first.requires[0], {
    kind: "holds",
    slot: "master-2/kube-controller-manager/signer",
    content: { kind: "signer", issuer: cluster, generation: 1 },
  });
  isBefore(steps, flags[0]!.id, flags[1]!.id);
  isBefore(steps, flags[1]!.id, flags[2]!.id);
  const back = rollback.filter(({ effect }) => effect.kind === "flags.set");
  assert.equal(back.length, 3);
  for (const { effect } of back) {
    assert.ok(effect.kind === "flags.set");
    assert.equal(effect.flags["cluster-signing-cert-file"], "/etc/kubernetes/pki/ca.crt");
  }
});

test("a signer that was split before stays split when a plan over two certificates in ca.crt is taken back", () => {
  const left = "c".repeat(64) as Fingerprint;
  const key = "d".repeat(64) as KeyId;
  const [issuer, ...others] = one.issuers;
  const [first] = issuer!.generations;
  const facts = one.certificates.find(({ fingerprint }) => fingerprint === first!.certificate)!;
  const interrupted: Inventory = {
    ...one,
    certificates: [...one.certificates, { ...facts, fingerprint: left, key, signedBy: key }],
    issuers: [
      {
        name: issuer!.name,
        generations: [first!, { ...first!, number: 2, stage: "staged", key, certificate: left }],
      },
      ...others,
    ],
    slots: one.slots.map((slot) => {
      if (slot.issuer !== cluster || slot.role === "presents" || isHome(slot)) return slot;
      const certificates = [first!.certificate, ...(slot.id.endsWith("signer") ? [] : [left])];
      const digest = "e".repeat(64) as Digest;
      return Object.assign(
        { ...slot },
        {
          holds: { digest, certificates, mode: 0o644, changedAt: now },
        },
      );
    }),
  };
  const plan = rotation([cluster], interrupted);
  assert.deepEqual(phaseOf(plan, "split").rollback, []);
  assert.equal(
    phaseOf(plan, "drop").steps.some(({ id }) => id === "drop.write.master-1/kubeadm"),
    true,
  );
});

test("a controller-manager that signs with a file of two certificates is not restarted over it, and the plan says so", () => {
  const stranger = "c".repeat(64) as Fingerprint;
  const key = "d".repeat(64) as KeyId;
  const known = one.certificates.find(({ ca }) => ca)!;
  const manager = "master-1/kube-controller-manager";
  const over = (signsWith: string): Inventory => ({
    ...one,
    certificates: [
      ...one.certificates,
      { ...known, fingerprint: stranger, key, signedBy: key, subject: "CN=another" },
    ],
    consumers: one.consumers.map((each) => (each.id === manager ? { ...each, signsWith } : each)),
    slots: one.slots.map((slot) => {
      const { path, node } = slot.place;
      if (path !== "/etc/kubernetes/pki/ca.crt" || node !== "master-1" || isHome(slot)) return slot;
      const holds = { ...slot.holds!, certificates: [...slot.holds!.certificates, stranger] };
      return Object.assign({ ...slot }, { holds });
    }),
  });
  const renewal = {
    kind: "renew",
    slots: [`${manager}/kubeconfig-client`],
    key: "same",
  } as unknown as Wanted;
  const plan = (wanted: Wanted, signsWith: string) =>
    planFor(wanted, over(signsWith), { now, digests });
  const refused = plan(renewal, "/etc/kubernetes/pki/ca.crt");
  assert.ok(!refused.ok, "planned");
  assert.deepEqual(
    refused.findings.map(({ rule, subject }) => [rule, subject]),
    [["signer-would-not-start", manager]],
  );
  assert.deepEqual(refused.findings[0]!.evidence.length, 2);
  assert.match(refused.findings[0]!.cure, /ca\.key/);
  // With files of its own it starts, and a rotation gives it such before anything restarts it.
  assert.ok(plan(renewal, "/etc/kubernetes/pki/ca-signer.crt").ok);
  const wanted: Wanted = { kind: "rotate", issuers: [cluster], protocol: "bundle" };
  const rotated = plan(wanted, "/etc/kubernetes/pki/ca.crt");
  assert.ok(rotated.ok, JSON.stringify(rotated));
});

test("before the drop, whoever reads its own leaf at its start has read the one that lies there", () => {
  const { proves } = stepOf(phaseOf(rotation(everyIssuer), "drop").steps, "drop.ready");
  const asked = proves.flatMap((claim) => (claim.kind === "restarted" ? [claim.consumer] : []));
  // A kubelet renews its own without a restart, and API servers and etcd read theirs for each connection.
  assert.deepEqual(
    new Set<string>(asked),
    new Set(
      ["master-1", "master-2", "master-3"].flatMap((node) => [
        `${node}/kube-controller-manager`,
        `${node}/kube-scheduler`,
      ]),
    ),
  );
});

test("what others rest on comes first: etcd, API servers, controller-managers, schedulers, kubelets, workloads", () => {
  const { steps } = phaseOf(rotation(everyIssuer), "trust");
  const restart = (consumer: string) => `trust.restart.${consumer}`;
  for (const node of ["master-1", "master-2", "master-3"]) {
    isBefore(steps, `trust.write.${node}/etcd`, restart(`${node}/kube-apiserver`));
    isBefore(steps, restart(`${node}/kube-apiserver`), restart("worker-1/kubelet"));
    isBefore(steps, restart(`${node}/kube-apiserver`), restart(`${node}/kube-controller-manager`));
    isBefore(steps, restart(`${node}/kube-apiserver`), restart(`${node}/kube-scheduler`));
    isBefore(steps, restart(`${node}/kube-controller-manager`), restart(`${node}/kubelet`));
    isBefore(steps, restart(`${node}/kube-scheduler`), restart(`${node}/kubelet`));
  }
  const workloads = [
    "daemonset/net/cni",
    "daemonset/kube-system/kube-proxy",
    "deployment/kube-system/coredns",
    "deployment/shop/web",
  ];
  isBefore(steps, restart("worker-1/kubelet"), restart(workloads[0]!));
  for (const [index, workload] of workloads.slice(1).entries()) {
    isBefore(steps, restart(workloads[index]!), restart(workload));
  }
});

test("a member is restarted while the API server that uses it is away, and no second pair is away", () => {
  const { steps } = phaseOf(rotation(everyIssuer), "trust");
  const nodes = ["master-2", "master-3", "master-1"];
  const order = nodes.flatMap((node) => [
    `trust.move.${node}/etcd`,
    `trust.restart.${node}/kube-apiserver`,
  ]);
  for (const [index, id] of order.slice(1).entries()) isBefore(steps, order[index]!, id);
  for (const node of nodes) {
    const member = `${node}/etcd`;
    const server = `${node}/kube-apiserver`;
    const both = stepOf(steps, `trust.restart.${server}`);
    assert.deepEqual(both.effect, {
      kind: "consumer.restart",
      consumer: server,
      meanwhile: member,
    });
    // What is wrong with the two themselves is no reason to wait.
    assert.deepEqual(
      both.requires.filter(({ kind }) => kind === "healthy"),
      [
        { kind: "healthy", group: "etcd/main", besides: member },
        { kind: "healthy", group: "kube-apiserver", besides: server },
      ],
    );
    const proved = new Set(both.proves.map((claim) => JSON.stringify(claim)));
    for (const consumer of [member, server]) {
      assert.ok(proved.has(JSON.stringify({ kind: "restarted", consumer })));
    }
    for (const group of ["etcd/main", "kube-apiserver"]) {
      assert.ok(proved.has(JSON.stringify({ kind: "healthy", group })));
    }
    // The member takes none of its own: it is back before the server may start.
    assert.equal(both.imposed?.milliseconds, 36_000);
    assert.ok(!steps.some(({ id }) => id === `trust.restart.${member}`));
  }
});

test("taken back, a member and its API server are restarted one after the other: either may be the one that cannot", () => {
  const { rollback } = phaseOf(rotation(everyIssuer), "trust");
  for (const program of ["etcd", "kube-apiserver"]) {
    const { effect } = stepOf(rollback, `undo.trust.restart.master-1/${program}`);
    assert.deepEqual(effect, { kind: "consumer.restart", consumer: `master-1/${program}` });
  }
});

test("one controller-manager and one scheduler may be away at once, two of either may not", () => {
  const { steps } = phaseOf(rotation(everyIssuer), "trust");
  const programs = ["kube-controller-manager", "kube-scheduler"];
  for (const [index, program] of programs.entries()) {
    const ids = ["master-2", "master-3", "master-1"].map((m) => `trust.restart.${m}/${program}`);
    for (const [at, id] of ids.slice(1).entries()) isBefore(steps, ids[at]!, id);
    for (const id of ids) {
      assert.deepEqual(stepOf(steps, id).beside, { word: "standby", most: 2 });
      const other = before(steps, id);
      assert.ok(
        ![...other].some(
          (name) => name.endsWith(`/${programs[1 - index]!}`) && name.includes(".restart."),
        ),
      );
    }
  }
});

test("a kubelet comes back when every API server shows what it is to see: connections with the former leaf end with it", () => {
  const { steps } = phaseOf(rotation([cluster]), "switch");
  for (const node of ["master-1", "master-2", "master-3"]) {
    isBefore(steps, `switch.write.${node}/kube-apiserver`, "switch.restart.worker-1/kubelet");
  }
});

test("at most a tenth of the nodes is without its kubelet, and always one may be", () => {
  const kubelets = (over: Inventory) => {
    const { steps } = phaseOf(rotation([cluster], over), "trust");
    const own = steps.filter(({ id }) => /^trust\.restart\..*\/kubelet$/.test(id));
    return own.filter(({ id }) => !own.some((other) => before(steps, id).has(other.id as string)))
      .length;
  };
  assert.equal(kubelets(clusterOf(3, 6)), 1);
  assert.equal(kubelets(clusterOf(3, 27)), 3);
});

test("what is published is looked at after all who publish it have read the new, and written where it only grows", () => {
  const { steps } = phaseOf(rotation(everyIssuer), "drop");
  for (const node of ["master-1", "master-2", "master-3"]) {
    isBefore(
      steps,
      `drop.restart.${node}/kube-controller-manager`,
      "drop.write.cluster/kube-root-ca",
    );
    isBefore(steps, `drop.restart.${node}/kube-apiserver`, "drop.write.cluster/client-ca");
    isBefore(steps, `drop.restart.${node}/kube-apiserver`, "drop.write.cluster/requestheader-ca");
  }
  isBefore(steps, "drop.write.cluster/kube-root-ca", "drop.write.deployment/kube-system/coredns");
  const { effect, proves } = stepOf(steps, "drop.write.cluster/client-ca");
  const content = { kind: "bundle", issuer: cluster, generations: [2], others: [] } as const;
  assert.ok(effect.kind === "slots.write");
  // API servers may have written it by then.
  assert.ok(
    effect.writes[0]?.expect.some(
      (expected) =>
        expected.kind === "content" && JSON.stringify(expected.content) === JSON.stringify(content),
    ),
  );
  assert.deepEqual(proves, [{ kind: "holds", slot: "cluster/client-ca/trust", content }]);
});

test("a file with several readers is written by one after the other, and nobody is restarted before its own write", () => {
  const { steps, rollback } = phaseOf(rotation(everyIssuer), "trust");
  for (const [prefix, list] of [
    ["trust", steps],
    ["undo.trust", rollback],
  ] as const) {
    isBefore(
      list,
      `${prefix}.write.master-1/kube-apiserver`,
      `${prefix}.write.master-1/kube-controller-manager`,
    );
    for (const { id, effect } of list) {
      if (effect.kind !== "consumer.restart") continue;
      isBefore(list, `${prefix}.write.${effect.consumer}`, id);
    }
  }
});

test("kubeadm's key follows once the certificate beside it is the new one alone", () => {
  const plan = rotation(everyIssuer);
  const written = plan.phases.flatMap(({ id, steps }) =>
    steps.flatMap(({ effect }) =>
      effect.kind === "slots.write" && effect.consumer === "master-2/kubeadm" ? [id] : [],
    ),
  );
  assert.deepEqual(written, ["drop"]);
  const { steps } = phaseOf(plan, "drop");
  for (const reader of ["kube-apiserver", "kube-controller-manager", "kubelet", "etcd"]) {
    isBefore(steps, `drop.write.master-2/${reader}`, "drop.write.master-2/kubeadm");
  }
});

test("by cross-signing nobody is restarted for trust: only the file that servers watch knows both, for what is signed meanwhile", () => {
  const plan = rotation(everyIssuer, three, "cross-signed");
  const { steps, rollback } = phaseOf(plan, "trust");
  const slots = steps.flatMap(({ effect }) => {
    assert.ok(effect.kind === "slots.write" || effect.kind === "none");
    return effect.kind === "slots.write" ? effect.writes.map(({ slot }) => slot as string) : [];
  });
  const places = new Set(slots.map((id) => three.slots.find((slot) => slot.id === id)!.place.path));
  assert.deepEqual(
    [...places],
    ["/etc/kubernetes/pki/ca.crt", "extension-apiserver-authentication (data.client-ca-file)"],
  );
  // Whoever happened to be started meanwhile has loaded it.
  assert.ok(
    rollback.some(({ id }) => id === "undo.trust.restart.master-2/kube-controller-manager"),
  );
  const restarts = (each: Plan) =>
    each.phases
      .flatMap((phase) => phase.steps)
      .filter(({ effect }) => effect.kind === "consumer.restart").length;
  assert.ok(restarts(plan) < restarts(rotation(everyIssuer)));
});

test("what API servers publish may hold old and new, whichever way they go and by either protocol", () => {
  const both = { kind: "bundle", issuer: frontProxy, generations: [1, 2], others: [] };
  for (const protocol of ["bundle", "cross-signed"] as const) {
    const { steps, rollback } = phaseOf(rotation([frontProxy], three, protocol), "drop");
    for (const [list, id] of [
      [steps, "drop.write.cluster/requestheader-ca"],
      [rollback, "undo.drop.write.cluster/requestheader-ca"],
    ] as const) {
      const { effect } = stepOf(list, id);
      assert.ok(effect.kind === "slots.write");
      const expected = effect.writes[0]!.expect.map((each) => JSON.stringify(each));
      assert.ok(expected.includes(JSON.stringify({ kind: "content", content: both })), id);
    }
  }
});

test("on one master a gap of the API has to be agreed to, with how long it is; what nobody asks anything has none", () => {
  const approvals = (issuers: readonly string[], over: Inventory) =>
    rotation(issuers, over)
      .phases.flatMap(({ steps }) => steps)
      .filter(({ approval }) => approval);
  assert.deepEqual(approvals([cluster, frontProxy], one), []);
  assert.deepEqual(approvals(everyIssuer, three), []);
  const gaps = approvals([etcd], one);
  assert.deepEqual(
    gaps.map(({ id }) => id as string),
    ["trust.restart.master-1/kube-apiserver", "drop.restart.master-1/kube-apiserver"],
  );
  for (const { risk } of gaps) assert.match(risk ?? "", /answers nobody .* for about \d+ s/);
});

test("only etcd's leadership is handed over, and only etcd's data compared and kept", () => {
  const plan = rotation(everyIssuer);
  const steps = plan.phases.flatMap((phase) => phase.steps);
  for (const { effect, proves } of steps) {
    if (effect.kind === "leadership.move") assert.match(effect.consumer, /\/etcd$/);
    if (effect.kind === "backup.create") assert.deepEqual(effect.groups, ["etcd/main"]);
    for (const claim of proves) {
      if (claim.kind === "same-data") assert.equal(claim.group, "etcd/main");
    }
  }
});

test("a kubelet's leaf may be one that it renewed by itself meanwhile, and keeps its key", () => {
  const { steps } = phaseOf(rotation([cluster]), "switch");
  const { effect } = stepOf(steps, "switch.write.worker-1/kubelet");
  assert.ok(effect.kind === "slots.write");
  const leaf = { kind: "leaf", issuer: cluster, key: "same" };
  assert.deepEqual(effect.writes[0]?.content, { ...leaf, generation: 2 });
  assert.ok(
    effect.writes[0].expect.some(
      (expected) => expected.kind === "content" && expected.content.kind === "leaf",
    ),
  );
});

test("a kubelet that renewed its own leaf is not restarted for it", () => {
  const over = withSlot(three, "worker-1/kubelet/client", (slot) => ({
    ...slot,
    holds: { ...slot.holds!, changedAt: now },
  }));
  assert.ok(!phaseIds(rotation([cluster], over)).includes("heal"));
});

test("a node that is away because its kubelet's leaf has expired is mended first", () => {
  const over: Inventory = {
    ...three,
    certificates: three.certificates.map((each) =>
      each.subject === "CN=worker-1/kubelet/client"
        ? Object.assign({ ...each }, { notAfter: now - 1 })
        : each,
    ),
    consumers: three.consumers.map((each) =>
      each.id === "worker-1/kubelet" ? Object.assign({ ...each }, { healthy: false }) : each,
    ),
  };
  const { steps } = phaseOf(rotation([cluster], over), "heal");
  const restart = stepOf(steps, "heal.restart.worker-1/kubelet");
  assert.ok(
    restart.proves.some((each) => each.kind === "healthy" && each.group === "worker-1/kubelet"),
  );
});

/** A second generation of the cluster's CA signs, and every leaf is of it; what trust and signers hold is as said. */
const withSecond = (
  stage: "retiring" | "retired",
  holds: (slot: Slot, first: Fingerprint, second: Fingerprint) => readonly Fingerprint[],
): Inventory => {
  const [issuer, ...others] = one.issuers;
  const [first] = issuer!.generations;
  const key = "d".repeat(64) as KeyId;
  const second = { ...first!, number: 2, key, certificate: "c".repeat(64) as Fingerprint };
  const digest = "e".repeat(64) as Digest;
  const facts = one.certificates.find(({ fingerprint }) => fingerprint === first!.certificate)!;
  return {
    ...one,
    certificates: [
      ...one.certificates.map((each) =>
        each.ca || each.signedBy !== first!.key
          ? each
          : Object.assign({ ...each }, { signedBy: key }),
      ),
      { ...facts, fingerprint: second.certificate, key, signedBy: key },
    ],
    issuers: [
      {
        name: issuer!.name,
        generations: [
          { ...first!, stage },
          { ...second, stage: "issuing" },
        ],
      },
      ...others,
    ],
    slots: one.slots.map((slot) => {
      if (slot.issuer !== cluster || slot.role === "presents") return slot;
      const certificates = holds(slot, first!.certificate, second.certificate);
      return Object.assign(
        { ...slot },
        {
          holds: { digest, certificates, mode: 0o644, changedAt: now - 29 * 86_400_000 },
        },
      );
    }),
  };
};

test("what an interrupted run left is dropped, kubeadm's key made to fit, and its signers led home", () => {
  const switched = withSecond("retiring", (slot, first, second) => {
    if (isHome(slot)) return [first];
    return slot.id.endsWith("signer") ? [second] : [first, second];
  });
  const plan = planned({ kind: "drop-trust", issuer: cluster, generation: 1 }, switched);
  assert.deepEqual(phaseIds(plan), ["preflight", "drop", "join"]);
  const { effect } = stepOf(phaseOf(plan, "drop").steps, "drop.write.master-1/kubeadm");
  assert.ok(effect.kind === "slots.write");
  assert.deepEqual(effect.writes[0]?.content, { kind: "signer", issuer: cluster, generation: 2 });
  // Whoever is outside is asked first.
  const ci = { name: "ci", where: "a laptop", issuers: [cluster], trusts: true, presents: false };
  const heard = planned(
    { kind: "drop-trust", issuer: cluster, generation: 1 },
    { ...switched, holders: [ci] },
  );
  const { steps } = phaseOf(heard, "drop");
  assert.deepEqual(stepOf(steps, "drop.holders").proves, [
    { kind: "informed", holder: "ci", issuer: cluster, generation: 2, as: "trust" },
  ]);
  assert.ok(before(steps, "drop.write.master-1/kubeadm").has("drop.holders"));
});

test("etcd's data from before a rotation is told from its objects, and they are given what signs", () => {
  const info = "cluster/cluster-info/trust";
  const older = withSecond("retired", ({ id }, first, second) => {
    if (id === info) return [first];
    return id === "cluster/client-ca/trust" ? [first, second] : [second];
  });
  const result = planFor({ kind: "rotate", issuers: [cluster] }, older, { now, digests });
  assert.ok(!result.ok);
  assert.deepEqual(
    result.findings.map(({ rule, subject, cure }) => [rule, subject, cure.split(": ")[1]]),
    [info, "cluster/client-ca/trust"].map((subject) => [
      "older-data",
      subject,
      `certwright plan drop-trust ${cluster} 1`,
    ]),
  );
  const plan = planned({ kind: "drop-trust", issuer: cluster, generation: 1 }, older);
  for (const [phase, object] of [
    ["heal", "cluster-info"],
    ["drop", "client-ca"],
  ] as const) {
    const { steps } = phaseOf(plan, phase);
    const { effect } = stepOf(steps, `${phase}.write.cluster/${object}`);
    assert.ok(effect.kind === "slots.write");
    assert.deepEqual(
      effect.writes.map(({ content }) => content),
      [{ kind: "bundle", issuer: cluster, generations: [2], others: [] }],
    );
  }
});

test("a stolen key of a CA that a controller-manager signs with is replaced for that, too", () => {
  const { steps } = phaseOf(planned({ kind: "replace-key", issuer: cluster }, three), "replace");
  const contents = steps.flatMap(({ effect }) =>
    effect.kind === "slots.write"
      ? effect.writes.flatMap(({ slot, content }) => (content.kind === "signer" ? [slot] : []))
      : [],
  );
  assert.equal(contents.length, 6);
});

/** Each a mistake of a planner, and the phase in which the walk sees it. */
const mistakes: Readonly<
  Record<string, readonly [(phases: readonly Phase[]) => readonly Phase[], string]>
> = {
  "no split: the signer becomes a bundle": [
    (phases) => phases.filter(({ id }) => id !== "split"),
    "trust",
  ],
  "split without the flags": [
    (phases) =>
      phases.map((phase) =>
        phase.id === "split"
          ? Object.assign(
              { ...phase },
              {
                steps: phase.steps.filter(({ effect }) => effect.kind !== "flags.set"),
                rollback: [],
              },
            )
          : phase,
      ),
    "trust",
  ],
  "drop before the switch": [
    (phases) => {
      const index = phases.findIndex(({ id }) => id === "switch");
      return phases.with(index, phases[index + 1]!).with(index + 1, phases[index]!);
    },
    "drop",
  ],
  "a signer that goes on with the old generation": [
    (phases) =>
      phases.map((phase) =>
        Object.assign(
          { ...phase },
          {
            steps: phase.steps.map(withoutSigners),
            rollback: [],
          },
        ),
      ),
    "drop",
  ],
  "join before the drop: the signer becomes a bundle": [
    (phases) => {
      const index = phases.findIndex(({ id }) => id === "drop");
      return phases.with(index, phases[index + 1]!).with(index + 1, phases[index]!);
    },
    "join",
  ],
  "kubelets that are not restarted for trust": [
    (phases) =>
      phases.map((phase) =>
        phase.id === "trust"
          ? Object.assign(
              { ...phase },
              {
                steps: phase.steps.filter(({ id }) => !/restart\..*kubelet$/.test(id)),
              },
            )
          : phase,
      ),
    "switch",
  ],
  "a front proxy's trust that is left out": [
    (phases) =>
      phases.map((phase) =>
        phase.id === "trust"
          ? Object.assign(
              { ...phase },
              {
                steps: phase.steps.filter(
                  ({ id }) => id !== "trust.write.cluster/requestheader-ca",
                ),
              },
            )
          : phase,
      ),
    "switch",
  ],
};

const withoutSigners = (step: Step): Step => {
  const { effect } = step;
  if (effect.kind !== "slots.write") return step;
  const writes = effect.writes.filter(({ slot }) => !slot.endsWith("/signer"));
  return Object.assign({ ...step }, { effect: { ...effect, writes } });
};

for (const [mistake, [spoil, phase]] of Object.entries(mistakes)) {
  test(`the walk sees ${mistake}`, () => {
    const { phases } = rotation(everyIssuer);
    assert.equal(walk({ phases }, three, now), undefined);
    assert.equal(walk({ phases: spoil(phases) }, three, now)?.phase, phase);
  });
}

test("the text names the gap on one master, and counts restarts by flags", () => {
  assert.match(planText(rotation(everyIssuer)), /restarts 3 etcd, 3 kube-apiserver, .* 4 workload/);
  const text = planText(rotation(everyIssuer, one));
  assert.match(
    text,
    /can fail: etcd\/main has one member: it answers nobody .*; kube-apiserver has one member: it answers nobody .* about 45 s/,
  );
  assert.match(
    text,
    /restarts master-1\/kube-controller-manager, one at a time\n.*taken back by 2 steps/,
  );
});

test("with new keys only those are stopped whose key and leaf are two files", () => {
  const slots = three.slots.filter(({ role }) => role === "presents").map(({ id }) => id);
  const { steps } = phaseOf(planned({ kind: "renew", slots, key: "new" }, three), "renew");
  const stopped = steps.flatMap(({ effect }) =>
    effect.kind === "slots.write" && effect.during === "stopped" ? [effect.consumer as string] : [],
  );
  const masters = ["master-1", "master-2", "master-3"];
  assert.deepEqual(
    stopped.toSorted(),
    masters.flatMap((master) => [`${master}/etcd`, `${master}/kube-apiserver`]).toSorted(),
  );
  for (const id of ["master-1/kube-scheduler", "worker-1/kubelet"]) {
    assert.ok(before(steps, `renew.restart.${id}`).has(`renew.write.${id}`), id);
  }
});

test("renewing every leaf with its key restarts who reads it at a start, and nobody else", () => {
  const slots = three.slots.filter(({ role }) => role === "presents").map(({ id }) => id);
  const { steps } = phaseOf(planned({ kind: "renew", slots, key: "same" }, three), "renew");
  const programs = steps.flatMap(({ effect }) =>
    effect.kind === "consumer.restart"
      ? [three.consumers.find(({ id }) => id === effect.consumer)?.program]
      : [],
  );
  assert.deepEqual([...new Set(programs)].toSorted(), [
    "kube-controller-manager",
    "kube-scheduler",
    "kubelet",
  ]);
});

const workloadRestarts = (phase: Phase): readonly string[] =>
  phase.steps.flatMap(({ effect }) =>
    effect.kind === "consumer.restart" && effect.consumer.split("/").length === 3
      ? [effect.consumer]
      : [],
  );

test("by bundles pods are replaced for trust alone: after the drop they trust more than they need", () => {
  const plan = rotation(everyIssuer);
  assert.equal(workloadRestarts(phaseOf(plan, "trust")).length, 4);
  for (const phase of plan.phases.filter(({ id }) => id !== "trust"))
    assert.deepEqual(workloadRestarts(phase), [], phase.id);
  // Whoever was started after the drop has read the new one alone.
  const { rollback } = phaseOf(plan, "drop");
  assert.equal(workloadRestarts({ ...phaseOf(plan, "drop"), steps: rollback }).length, 4);
});

test("by cross-signing pods have read the old one alone until the drop, and are replaced then", () => {
  const plan = rotation([cluster], three, "cross-signed");
  const restarted = plan.phases.filter((phase) => workloadRestarts(phase).length > 0);
  assert.deepEqual(
    restarted.map(({ id }) => id),
    ["drop"],
  );
});

test("workloads that were looked at are replaced in their turns, and who wants to be asked is asked", () => {
  const turns = {
    "deployment/shop/web": "network",
    "deployment/kube-system/coredns": "rest",
    "daemonset/kube-system/kube-proxy": "ingress",
    "daemonset/net/cni": "controller",
  } as const;
  const inventory = clusterOf(3, 2);
  const consumers = inventory.consumers.map((each) => {
    const turn = turns[each.id as keyof typeof turns];
    if (turn === undefined) return each;
    return { ...each, turn, ...(turn === "ingress" ? { asks: true as const } : {}) };
  });
  const plan = rotation(everyIssuer, { ...inventory, consumers });
  const trust = phaseOf(plan, "trust");
  assert.deepEqual(workloadRestarts(trust), [
    "deployment/shop/web",
    "daemonset/net/cni",
    "daemonset/kube-system/kube-proxy",
    "deployment/kube-system/coredns",
  ]);
  const asked = trust.steps.filter(
    ({ approval, effect }) => approval && effect.kind === "consumer.restart",
  );
  assert.deepEqual(
    asked.map(({ id }) => id),
    ["trust.restart.daemonset/kube-system/kube-proxy"],
  );
});

test("before the switch and the drop all pods are looked at, by cross-signing neither: they are replaced in the drop", () => {
  const holders = [
    {
      name: "pods",
      where: "pods of main",
      issuers: [cluster],
      trusts: true,
      presents: false,
      pods: true,
    },
  ] as const;
  const over: Inventory = { ...three, holders };
  const asked = (plan: Plan): readonly string[] =>
    plan.phases.flatMap(({ steps }) =>
      steps.flatMap(({ id, proves }) =>
        proves.some((claim) => claim.kind === "informed" && claim.holder === "pods") ? [id] : [],
      ),
    );
  const plan = rotation(everyIssuer, over);
  assert.deepEqual(asked(plan), ["switch.holders", "drop.holders"]);
  // Nobody but the pods is left, which are looked at: no log has to be watched for a day.
  assert.ok(!plan.phases.some(({ steps }) => steps.some(({ id }) => id.includes(".soak."))));
  assert.deepEqual(asked(rotation([frontProxy], over)), []);
  assert.deepEqual(asked(rotation([cluster], over, "cross-signed")), []);
});

test("by cross-signing, what controller-managers publish once the drop is taken back is waited for where it comes from", () => {
  const plan = rotation([cluster], three, "cross-signed");
  const wanted = (phase: string, id: string) => {
    const { proves } = stepOf(phaseOf(plan, phase).rollback, id);
    return proves.find(({ kind }) => kind === "holds");
  };
  // They are restarted over files that hold both until the phase before is taken back as well.
  assert.deepEqual(wanted("drop", "undo.drop.write.cluster/kube-root-ca"), {
    kind: "holds",
    slot: "cluster/kube-root-ca/trust",
    content: { kind: "bundle", issuer: cluster, generations: [1, 2], others: [] },
  });
  assert.deepEqual(wanted("trust", "undo.trust.write.cluster/kube-root-ca"), {
    kind: "holds",
    slot: "cluster/kube-root-ca/trust",
    content: { kind: "before" },
  });
  assert.equal(
    phaseOf(plan, "trust").steps.some(({ id }) => id === "trust.write.cluster/kube-root-ca"),
    false,
  );
});
