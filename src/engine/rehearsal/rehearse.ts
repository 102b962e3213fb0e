import { failure } from "../../core/errors/certwright-error.ts";
import { etcdOf } from "../../core/estate/etcd-of.ts";
import type { Estate } from "../../core/model/estate.ts";
import type { Plan } from "../../core/model/plan.ts";
import { planFor } from "../../core/plan/plan-for.ts";
import { comparePlans } from "../../core/rehearsal/compare-plans.ts";
import { externalOf, ownGoal, soakOf } from "../../core/rehearsal/own-goal.ts";
import type { RunLimits } from "../../core/run/limits.ts";
import { reportOf, type RunReport } from "../../core/run/report.ts";
import type { Control } from "../../ports/control.ts";
import { layoutOf } from "../rotation/layout.ts";
import { plannedEstate } from "../rotation/planned-estate.ts";
import type { RotationPorts } from "../rotation/ports.ts";
import type { RunBackup } from "../rotation/run-backup.ts";
import { createWorld } from "../rotation/world.ts";
import { drive, type DriveEnd, type Progress } from "../run/drive.ts";
import { leadAsPlanned } from "./lead.ts";
import { memoryJournal, soleLease } from "./memory-run.ts";
import { withoutPods } from "./unplayed.ts";
import { untilSettled } from "./until-settled.ts";

export interface RehearsalOrder {
  /** The plan for the real estate. */
  readonly plan: Plan;
  /** The copy, running, and its own authority in `ports`. */
  readonly scratch: Estate;
  readonly ports: RotationPorts;
  readonly backup: RunBackup;
  readonly control: Control;
  readonly limits: RunLimits;
  /** Milliseconds for one handshake or one call of etcd's. */
  readonly deadline: number;
  /** Milliseconds until everything in the copy is as it should be. */
  readonly settling: number;
  readonly listen?: (progress: Progress) => void;
}

export interface Rehearsed {
  readonly end: DriveEnd;
  readonly report: RunReport;
  /** Where the copy's plan is another one, in words. */
  readonly differences: readonly string[];
  /** Steps and proofs that a copy cannot have, in words. */
  readonly unplayed: readonly string[];
}

/**
 * Plans for the copy what the plan wants for the original, and carries it out under load: the same planner, the same
 * engine, real programs. Every approval is given. Throws rehearsal.not-plannable.
 */
export const rehearse = async (order: RehearsalOrder): Promise<Rehearsed> => {
  const { plan, scratch, ports, backup, control, limits, deadline, listen } = order;
  const etcd = etcdOf(scratch);
  if (etcd !== undefined) await leadAsPlanned(ports, etcd, plan, deadline);
  const { inventory, findings } = await untilSettled(
    { ports, estate: scratch, version: plan.basis.estate, deadline },
    order.settling,
  );
  const planned = planFor(ownGoal(plan.goal), inventory, {
    now: ports.clock.now(),
    digests: ports.digests,
    soak: soakOf(plan),
  });
  if (!planned.ok || findings.length > 0) {
    const why = [...findings, ...(planned.ok ? [] : planned.findings)];
    throw failure("rehearsal.not-plannable", {
      findings: why.map(({ subject, text }) => `${subject}: ${text}`),
    });
  }
  const copy = planned.plan;
  const journal = memoryJournal();
  const whole = plannedEstate(scratch, copy);
  const world = createWorld({ ports, estate: whole, backup, deadline });
  const played = withoutPods(world, layoutOf(whole));
  const witness = world.watch(true);
  try {
    const end = await drive(
      {
        world: played.world,
        journal,
        lease: soleLease,
        clock: ports.clock,
        timer: ports.timer,
        control,
        digests: ports.digests,
      },
      {
        run: "rehearsal",
        plan: copy,
        by: "rehearsal",
        approve: copy.phases.flatMap(({ steps }) =>
          steps.flatMap(({ id, approval }) => (approval ? [id] : [])),
        ),
        acceptBlind: copy.blind.map(({ id }) => id),
        limits,
      },
      listen,
    );
    const load = await witness.stop();
    return {
      end,
      report: reportOf(copy, journal.entries, ports.digests, load),
      differences: comparePlans(plan, copy),
      unplayed: [...unasked(plan), ...played.unplayed()],
    };
  } finally {
    await witness.stop();
    await world.close();
  }
};

const unasked = (plan: Plan): readonly string[] => {
  const external = externalOf(plan);
  return external === undefined
    ? []
    : [`what ${external.subject} answers: the copy's new CAs are roots of its own`];
};
