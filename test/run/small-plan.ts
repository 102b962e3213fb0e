/** A plan for three members of one group, small enough to be crashed everywhere: trust, switch, drop, each with its way back. */
import type { Claim, Content } from "../../src/core/model/claim.ts";
import type { ConsumerId, Digest, SlotId } from "../../src/core/model/inventory.ts";
import type { Effect, Phase, Plan, Step, StepId } from "../../src/core/model/plan.ts";

export const members = ["m1", "m2", "m3"] as const;
export const group = "etcd/small";
export const consumer = (member: string): ConsumerId => `${member}/etcd` as ConsumerId;
export const trustSlot = (member: string): SlotId => `${member}/etcd/peer-trust` as SlotId;
export const leafSlot = (member: string): SlotId => `${member}/etcd/peer` as SlotId;

export const bundle = (...generations: number[]): Content => ({
  kind: "bundle",
  issuer: "peer",
  generations,
  others: [],
});
export const leaf = (generation: number): Content => ({
  kind: "leaf",
  issuer: "peer",
  generation,
  key: "same",
});
const before: Content = { kind: "before" };

const healthy: Claim = { kind: "healthy", group };
const holds = (slot: SlotId, content: Content): Claim => ({ kind: "holds", slot, content });
const toProbe = (member: string, generation: number) => ({
  slot: trustSlot(member),
  issuer: "peer",
  generation,
});
const accepts = (member: string, generation: number): Claim => ({
  kind: "accepts",
  ...toProbe(member, generation),
});
const refuses = (member: string, generation: number): Claim => ({
  kind: "refuses",
  ...toProbe(member, generation),
});
const presents = (member: string, generation: number): Claim => ({
  kind: "presents",
  slot: leafSlot(member),
  generation,
});

const step = (
  id: string,
  effect: Effect,
  claims: { needs?: readonly string[]; requires?: readonly Claim[]; proves: readonly Claim[] },
  more: Partial<Pick<Step, "hazard" | "approval">> = {},
): Step => ({
  id: id as StepId,
  title: id.replaceAll(".", " "),
  needs: (claims.needs ?? []) as StepId[],
  requires: claims.requires ?? [],
  effect,
  proves: claims.proves,
  hazard: "safe",
  approval: false,
  expected: 100,
  ...more,
});

const write = (
  id: string,
  member: string,
  slot: SlotId,
  expect: readonly Content[],
  content: Content,
  needs: readonly string[] = [],
): Step =>
  step(
    id,
    {
      kind: "slots.write",
      consumer: consumer(member),
      during: "running",
      writes: [{ slot, content, expect: expect.map((one) => ({ kind: "content", content: one })) }],
    },
    { needs, proves: [holds(slot, content)] },
  );

const restart = (
  id: string,
  member: string,
  needs: readonly string[],
  written: Claim,
  proves: readonly Claim[],
): Step =>
  step(
    id,
    { kind: "consumer.restart", consumer: consumer(member) },
    {
      needs,
      requires: [healthy, written],
      proves: [{ kind: "restarted", consumer: consumer(member) }, ...proves, healthy],
    },
    { hazard: "disruptive" },
  );

const barrier = (phase: string, needs: readonly string[], proves: readonly Claim[]): Step =>
  step(`${phase}.proved`, { kind: "none" }, { needs, proves });

/** A write and a restart for each member. */
const trustSteps = (
  prefix: string,
  expect: readonly Content[],
  content: Content,
  proves: (member: string) => readonly Claim[],
): Step[] =>
  members.flatMap((member) => {
    const written = `${prefix}.write.${member}`;
    return [
      write(written, member, trustSlot(member), expect, content),
      restart(
        `${prefix}.restart.${member}`,
        member,
        [written],
        holds(trustSlot(member), content),
        proves(member),
      ),
    ];
  });

const idsOf = (steps: readonly Step[]): string[] => steps.map(({ id }) => id);

const phase = (
  id: string,
  steps: readonly Step[],
  proved: readonly Claim[],
  rollback: readonly Step[],
): Phase => ({
  id,
  title: id,
  why: `${id} for the test`,
  steps: [...steps, barrier(id, idsOf(steps), proved)],
  rollback:
    rollback.length === 0 ? [] : [...rollback, barrier(`undo.${id}`, idsOf(rollback), [healthy])],
});

const both = bundle(1, 2);

/** `approveDrop`: the first step of the last phase waits for a yes; `askOwner`: so does one by which an owner says that it reloaded. */
export const smallPlan = (
  options: { approveDrop?: boolean; oneWay?: boolean; askOwner?: boolean } = {},
): Plan => {
  const trust = trustSteps("trust", [bundle(1)], both, (m) => [accepts(m, 1), accepts(m, 2)]);
  if (options.askOwner === true) {
    const reloaded: Effect = { kind: "none", reloaded: consumer("m1") };
    const asked = { needs: ["trust.write.m1"], proves: [] };
    trust.push(step("trust.ask.m1", reloaded, asked, { approval: true }));
  }
  const swap = members.map((m) =>
    step(
      `switch.write.${m}`,
      {
        kind: "slots.write",
        consumer: consumer(m),
        during: "running",
        writes: [
          {
            slot: leafSlot(m),
            content: leaf(2),
            expect: [{ kind: "content", content: leaf(1) }],
          },
        ],
      },
      {
        requires: members.map((other) => holds(trustSlot(other), both)),
        proves: [presents(m, 2)],
      },
    ),
  );
  const [first, ...others] = trustSteps("drop", [both], bundle(2), (m) => [
    refuses(m, 1),
    accepts(m, 2),
  ]);
  const careful: Step = {
    ...first!,
    ...(options.approveDrop === true ? { approval: true } : {}),
    ...(options.oneWay === true ? { hazard: "one-way" } : {}),
  };
  const drop = [careful, ...others];
  return {
    format: "certwright.plan/1",
    digest: "1".repeat(64) as Digest,
    goal: { kind: "rotate", issuers: ["peer"], protocol: "bundle" },
    basis: {
      inventory: "2".repeat(64) as Digest,
      estate: { lineage: "small", serial: 1 },
      parts: {},
    },
    createdAt: 0,
    expiresAt: 86_400_000,
    phases: [
      phase("preflight", [], [healthy], []),
      phase(
        "trust",
        trust,
        members.flatMap((m) => [accepts(m, 1), accepts(m, 2)]),
        trustSteps("undo.trust", [both, bundle(1)], before, (m) => [accepts(m, 1)]),
      ),
      phase(
        "switch",
        swap,
        members.map((m) => presents(m, 2)),
        members.map((m) =>
          write(`undo.switch.write.${m}`, m, leafSlot(m), [leaf(2), leaf(1)], before),
        ),
      ),
      phase(
        "drop",
        drop,
        members.flatMap((m) => [refuses(m, 1), accepts(m, 2)]),
        options.oneWay === true
          ? []
          : trustSteps("undo.drop", [bundle(2), both], both, (m) => [accepts(m, 1)]),
      ),
    ],
    blind: [],
  };
};

/** The small plan with a step before its drop that has nothing but these claims. */
export const askingPlan = (...proves: readonly Claim[]): Plan => {
  const plan = smallPlan();
  const drop = plan.phases.at(-1)!;
  const asked: Step = {
    id: "drop.asked" as StepId,
    title: "asked",
    needs: [],
    requires: [],
    effect: { kind: "none" },
    proves,
    hazard: "safe",
    approval: false,
    expected: 1,
  };
  const after = (one: Step): Step => ({ ...one, needs: [...one.needs, asked.id] });
  const steps = [asked, ...drop.steps.map(after)];
  return { ...plan, phases: [...plan.phases.slice(0, -1), { ...drop, steps }] };
};
