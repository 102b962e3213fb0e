import type { Digests } from "../src/core/model/cryptography.ts";
import type { SlotId } from "../src/core/model/inventory.ts";
import type { Goal, Plan, Step } from "../src/core/model/plan.ts";
import { planFor, type Planned } from "../src/core/plan/plan-for.ts";
import { createChance } from "./chance.ts";
import { createEdgeCheck } from "./checks/edges.ts";
import { checkFinal, rememberBefore } from "./checks/final.ts";
import { createJournalCheck, unopenedView } from "./checks/journal.ts";
import { createSignerCheck } from "./checks/signers.ts";
import { buildEstate } from "./estate/build-estate.ts";
import { takeInventory } from "./estate/inventory.ts";
import { createFaultBook } from "./faults/fault-book.ts";
import { changeEstate, editable, strikeEstate } from "./faults/strike.ts";
import { createHistory, type History } from "./history.ts";
import { type Mutant, sound } from "./mutant.ts";
import { runEngine, type RunFolder } from "./people/engine-session.ts";
import { createOperator } from "./people/operator.ts";
import type { Scenario } from "./scenario.ts";
import { createSchedule } from "./schedule.ts";
import { type Simulation, type Violation, violate } from "./simulation.ts";
import { createLife } from "./world/life.ts";

/** What the pure room needs of its machine. */
export interface Machine {
  readonly digests: Digests;
  /** Resolves when every promise that is settled has been heard of: the only thing that orders microtasks. */
  readonly drain: () => Promise<void>;
}

export interface Ending {
  /** "goal": reached, or rolled back as asked, or refused for a named reason; "stuck": none of it in time. */
  readonly verdict: "goal" | "unsafe" | "stuck";
  /** In words. */
  readonly how: string;
  readonly violation?: Violation;
  readonly history: History;
  /** Records of the journal. */
  readonly records: number;
  /** Effects that were sent. */
  readonly effects: number;
  /** Processes of certwright that were started. */
  readonly boots: number;
  /** In the order by which faults name them. */
  readonly slots: readonly SlotId[];
}

/** Virtual milliseconds after the faults ended in which a run has to end as well. */
const liveness = 12 * 3_600_000;
/** Events in one run: far above what any takes; a loop without end is a defect, not a slow machine. */
const longest = 100_000;

/** Runs the real planner and the real engine in the world that a scenario describes. */
export const runScenario = async (
  scenario: Scenario,
  machine: Machine,
  mutant: Mutant = sound,
): Promise<Ending> => {
  const { seed, topology, faults, latency, limits } = scenario;
  const schedule = createSchedule();
  const history = createHistory(schedule.now);
  const estate = buildEstate(topology, schedule.now, 0);
  let edges: (why: string) => void = () => undefined;
  let signers: (why: string) => void = () => undefined;
  let life = (): void => undefined;
  const [group] = estate.groups.values();
  let leader = group?.leader;
  const simulation: Simulation = {
    run: "run-1",
    schedule,
    history,
    estate,
    book: createFaultBook(faults),
    chance: createChance(seed, 9),
    latency,
    healAt: scenario.healAt,
    violation: undefined,
    woken: false,
    issued: 0,
    epoch: 0,
    plan: undefined,
    soundPlan: undefined,
    view: unopenedView(),
    changedAt: 0,
    disturbedAt: 0,
    ledSince: 0,
    changed: (why) => {
      simulation.changedAt = schedule.now();
      if (group !== undefined && group.leader !== leader) {
        leader = group.leader;
        simulation.ledSince = schedule.now();
      }
      edges(why);
      signers(why);
      life();
    },
    strike: (later, fault) => {
      schedule.after(later, () => {
        if (simulation.book.healed()) return;
        operator.strike(fault);
        strikeEstate(simulation, fault, before.files);
      });
    },
  };
  edges = createEdgeCheck(simulation);
  signers = createSignerCheck(simulation);
  life = createLife(simulation);

  let planned = planIn(scenario, simulation, machine.digests);
  if (planned.ok && faults.map((fault) => changeEstate(simulation, fault)).includes(true)) {
    const found = takeInventory(estate, schedule.now(), machine.digests);
    const isStale = found.digest !== planned.plan.basis.inventory;
    history.record("apply", isStale ? "refuses" : "accepts", "a plan made before the change");
    if (isStale && mutant.acceptsStalePlans === true)
      violate(simulation, "fresh-plan", "a plan is begun that was made on another state");
    // The operator plans again.
    if (isStale) planned = planIn(scenario, simulation, machine.digests);
  }
  const before = rememberBefore(simulation);
  if (!planned.ok) {
    const rules = planned.findings.map(({ rule }) => rule).join(", ");
    return ending(simulation, "goal", `refused: ${rules}`, 0);
  }
  const { plan } = planned;
  simulation.soundPlan = stepsOf(plan);
  const carried = mutant.plan === undefined ? plan : mutant.plan(plan);
  simulation.plan = carried;

  const folder: RunFolder = {
    journal: { entries: [], torn: false },
    lease: { epoch: 0, holder: undefined },
    check: createJournalCheck(simulation, machine.digests),
  };
  let boots = 0;
  const operator = createOperator(
    simulation,
    {
      run: (process, order, wish) => {
        boots++;
        const orders = { ...order, plan: carried, limits };
        return runEngine(simulation, process, folder, orders, mutant, machine.digests, wish);
      },
      breakLease: () => {
        folder.lease.holder = undefined;
      },
    },
    scenario.thinking,
  );

  schedule.after(1000, () => {
    simulation.woken = true;
    operator.begin();
  });
  schedule.after(scenario.healAt, () => heal(simulation));
  let deadline = scenario.healAt + liveness;
  let closed = false;
  let events = 0;
  while (simulation.violation === undefined && schedule.now() <= deadline) {
    if (++events > longest) {
      violate(simulation, "no-busy-loop", `${longest} events`);
      break;
    }
    if (!schedule.step()) break;
    if (simulation.woken) {
      simulation.woken = false;
      await machine.drain();
    }
    if (operator.ended() === "gave-up") break;
    if (operator.ended() === "closed" && !closed) {
      // What has started comes up, what was cut comes back; then the end is looked at.
      closed = true;
      heal(simulation);
      deadline = schedule.now() + 1_800_000;
    }
  }
  if (simulation.violation === undefined && closed) checkFinal(simulation, plan, before);
  const { violation, view } = simulation;
  const records = folder.journal.entries.length;
  if (violation !== undefined)
    return { ...ending(simulation, "unsafe", violation.principle, records), violation, boots };
  const how = closed ? (view.verdict ?? "closed") : `${view.stage}: ${view.why ?? "under way"}`;
  return { ...ending(simulation, closed ? "goal" : "stuck", how, records), boots };
};

const ending = (
  { history, estate, book }: Simulation,
  verdict: Ending["verdict"],
  how: string,
  records: number,
): Ending => {
  history.record("end", verdict, how);
  return {
    verdict,
    how,
    history,
    records,
    effects: book.effects(),
    boots: 0,
    slots: editable(estate),
  };
};

const stepsOf = (plan: Plan): ReadonlyMap<Step["id"], Step> =>
  new Map(
    plan.phases.flatMap(({ steps, rollback }) =>
      [...steps, ...rollback].map((step) => [step.id, step] as const),
    ),
  );

/** From here on nothing goes wrong: nodes are reached, the frozen wake up; who died comes back at its time. */
const heal = (simulation: Simulation): void => {
  if (simulation.book.healed()) return;
  simulation.book.heal();
  simulation.history.record("fault", "healed");
  const now = simulation.schedule.now();
  for (const node of simulation.estate.nodes.values()) node.cutUntil = Math.min(node.cutUntil, now);
};

const planIn = (scenario: Scenario, simulation: Simulation, digests: Digests): Planned => {
  const { estate, schedule } = simulation;
  const { goal: wanted } = scenario;
  const inventory = takeInventory(estate, schedule.now(), digests);
  const goal: Goal =
    wanted.kind === "rotate"
      ? {
          kind: "rotate",
          issuers: wanted.issuers,
          protocol: wanted.protocol,
        }
      : {
          kind: "renew",
          slots: inventory.slots.filter(({ role }) => role === "presents").map(({ id }) => id),
          key: wanted.key,
        };
  return planFor(goal, inventory, { now: estate.clock.now(), digests });
};
