import { CertwrightError } from "../../src/core/errors/certwright-error.ts";
import type { ConsumerId } from "../../src/core/model/inventory.ts";
import type { StepId } from "../../src/core/model/plan.ts";
import type { DriveEnd } from "../../src/engine/run/drive.ts";
import type { Wish } from "../../src/ports/control.ts";
import { checkStatus } from "../checks/status.ts";
import { stepOf } from "../checks/effect.ts";
import { startProcess, stopProcess } from "../estate/process.ts";
import type { Fault } from "../faults/fault.ts";
import { undoEdits } from "../faults/strike.ts";
import { electionTime, holdElection } from "../world/effects.ts";
import { type EngineProcess, type Simulation, violate } from "../simulation.ts";

export interface Operator {
  /** Types `certwright apply`. */
  begin(): void;
  strike(fault: Fault): void;
  /** How the run ended for people: undefined while it has not. */
  readonly ended: () => "closed" | "gave-up" | undefined;
}

export interface Engine {
  /** Starts a process; the promise never settles when that is killed. */
  run(
    process: EngineProcess,
    order: {
      readonly approve: readonly StepId[];
      readonly acceptBlind: readonly string[];
      readonly rollback?: string;
      /** Of somebody who has seen that trying again does not help. */
      readonly repair: boolean;
    },
    wish: () => Wish | undefined,
  ): Promise<DriveEnd>;
  /** Takes the lock from a process that is taken for dead. */
  breakLease(): void;
}

/** Milliseconds. */
const askedAgain = 1_800_000;

/** Calls of certwright after which a person would give up. */
const patience = 150;

/** Who sits before the terminal: does what certwright asks for, late, and a few things that nobody asked for. */
export const createOperator = (
  simulation: Simulation,
  engine: Engine,
  thinking: number,
): Operator => {
  const { schedule, history } = simulation;
  const approved = new Set<StepId>();
  const accepted = new Set<string>();
  let started = 0;
  let processes = 0;
  let end: "closed" | "gave-up" | undefined;
  let wish: Wish | undefined;
  let wantsRollback = false;
  let rollbackRefused = false;
  let wantsRepair = false;
  const living = new Set<EngineProcess>();

  const isServed = (): boolean =>
    [...living].some((process) => process.alive && process.frozenUntil <= schedule.now());

  const later = (milliseconds: number, force = false): void => {
    schedule.after(milliseconds, () => {
      if (end === undefined && (force || !isServed())) start();
    });
  };

  const start = (): void => {
    started++;
    if (started > patience) {
      end = "gave-up";
      history.record("operator", "gives up", simulation.view.why ?? "");
      return;
    }
    const process: EngineProcess = {
      name: `engine ${++processes}`,
      alive: true,
      frozenUntil: 0,
      lookedAt: 0,
      lookedBefore: new Map(),
      shown: new Map(),
    };
    living.add(process);
    const rollback = wantsRollback && !rollbackRefused ? { rollback: "asked for" } : {};
    wish = undefined;
    history.record("operator", "starts", process.name);
    const order = {
      approve: [...approved],
      acceptBlind: [...accepted],
      ...rollback,
      repair: wantsRepair,
    };
    wantsRepair = false;
    engine
      .run(process, order, () => wish)
      .then(
        (how) => {
          living.delete(process);
          process.alive = false;
          react(how);
        },
        (error: unknown) => {
          living.delete(process);
          process.alive = false;
          fail(process, error);
        },
      );
  };

  const fail = (process: EngineProcess, error: unknown): void => {
    if (!(error instanceof CertwrightError)) {
      violate(simulation, "no-crash", `${process.name}: ${String(error)}`);
      return;
    }
    history.record(process.name, "fails", `${error.code}: ${error.message}`);
    if (error.code === "lease.held") {
      started--;
      later(60_000);
      return;
    }
    if (error.code === "journal.impossible" && wantsRollback && !rollbackRefused) {
      rollbackRefused = true;
      later(thinking);
      return;
    }
    if (error.code === "journal.damaged" || error.code === "journal.impossible")
      violate(simulation, "journal-chained", error.message);
    later(5000);
  };

  const react = (how: DriveEnd): void => {
    history.record("operator", "reads", how.kind);
    checkStatus(simulation, how.run);
    switch (how.kind) {
      case "closed":
        end = "closed";
        return;
      case "stopped":
        later(wantsRollback ? 1000 : pausedFor);
        return;
      case "fenced":
        later(5000);
        return;
      case "halted":
        schedule.after(thinking, () => {
          undoEdits(simulation);
          later(1000);
        });
        return;
      case "paused": {
        const { stuck } = how;
        if (stuck.kind === "blind") for (const { id } of stuck.spots) accepted.add(id);
        if (stuck.kind === "approval") {
          schedule.after(thinking, () => {
            for (const step of stuck.steps) approve(step);
            later(0);
          });
          return;
        }
        // Looks again after a minute, then less and less often.
        const again = Math.min(1_200_000, 60_000 * 1.2 ** started);
        schedule.after(stuck.kind === "blind" ? thinking : again, () => {
          if (stuck.kind !== "blind") undoEdits(simulation);
          wantsRepair ||= stuck.kind === "patience";
          later(0);
        });
        return;
      }
      default:
        how satisfies never;
    }
  };

  const restart = (id: ConsumerId): void => {
    history.record("operator", "restarts", id);
    stopProcess(simulation.estate, id, "itself", schedule.now());
    startProcess(simulation.estate, id, schedule.now(), 0);
    simulation.changed("the owner restarted it");
    const consumer = simulation.estate.consumers.get(id)!;
    if (consumer.group === undefined) return;
    schedule.after(electionTime(simulation, consumer), () =>
      holdElection(simulation, consumer.group),
    );
  };

  /** Says yes; to "have its owner restart it" only when that was done. */
  const approve = (id: StepId): void => {
    const effect = stepOf(simulation, id)?.effect;
    if (effect?.kind === "none" && effect.reloaded !== undefined) restart(effect.reloaded);
    approved.add(id);
  };

  let pausedFor = 1000;

  /** Whoever said that a client was restarted is asked again when that is still not seen. */
  const lookAfter = (): void => {
    if (end !== undefined) return;
    for (const id of approved) if (!simulation.view.done.has(id)) approve(id);
    schedule.after(askedAgain, lookAfter);
  };

  const strike = (fault: Fault): void => {
    const process = [...living].find((one) => one.alive);
    switch (fault.kind) {
      case "engine-killed":
      case "killed-after-record":
        if (process === undefined) return;
        process.alive = false;
        living.delete(process);
        history.record("fault", "killed", process.name);
        later(fault.back);
        return;
      case "engine-frozen":
        if (process === undefined) return;
        process.frozenUntil = schedule.now() + fault.lasting;
        history.record("fault", "frozen", `${process.name} for ${fault.lasting} ms`);
        // Somebody takes it for dead: breaks the lock and goes on.
        if (fault.lasting > 30_000)
          schedule.after(fault.lasting / 2, () => {
            if (end !== undefined || isServed() || !process.alive) return;
            if (process.frozenUntil <= schedule.now()) return;
            engine.breakLease();
            start();
          });
        return;
      case "second-apply":
        if (end === undefined) start();
        return;
      case "pause":
        pausedFor = fault.lasting;
        if (process !== undefined) wish = { kind: "pause", by: "operator", why: "lunch" };
        return;
      case "rollback":
        wantsRollback = true;
        history.record("operator", "wants", "rollback");
        if (process === undefined) return;
        wish = { kind: "interrupt", by: "operator", why: "to roll back" };
        return;
      default:
    }
  };

  const begin = (): void => {
    schedule.after(askedAgain, lookAfter);
    start();
  };

  return { begin, strike, ended: () => end };
};
