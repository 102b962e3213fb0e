import { failure } from "../../src/core/errors/certwright-error.ts";
import type { Entry } from "../../src/core/model/journal.ts";
import type { Journal } from "../../src/ports/journal.ts";
import type { JournalCheck } from "../checks/journal.ts";
import { type EngineProcess, type Simulation, countCall, delay, deliver } from "../simulation.ts";

/** The file of a run's journal: what is durable, and the engine's hands on it. */
export interface JournalFile {
  readonly entries: Entry[];
  /** Half a record stands at the end; it is left out, and cut off before the next is written. */
  torn: boolean;
}

/**
 * The journal as one process sees it. A record that is being written when the process dies is kept, dropped or torn;
 * a write that fails may have left nothing, half a record, or all of it.
 */
export const createJournal = (
  simulation: Simulation,
  process: EngineProcess,
  file: JournalFile,
  check: JournalCheck,
): Journal => {
  const { history, chance, book } = simulation;
  const notWritten = (why: string): Error =>
    failure("journal.not-written", { path: "journal.jsonl", why });
  return {
    read: () => {
      countCall(simulation);
      return new Promise((resolve) => {
        deliver(simulation, process, delay(simulation), () => {
          file.torn = false;
          resolve([...file.entries]);
        });
      });
    },
    append: (entry) => {
      countCall(simulation);
      const { event } = entry;
      if (event.kind === "step.intended") process.lookedBefore.set(event.step, process.lookedAt);
      const { how, killed } = book.append();
      return new Promise((resolve, reject) => {
        simulation.schedule.after(delay(simulation), () => {
          // Killed while it was being written.
          if (!process.alive && chance.happens(0.5)) {
            file.torn = chance.happens(0.5);
            return;
          }
          if (how !== undefined) history.record("fault", `append ${how}`, event.kind);
          if (how === "refused" || how === "torn") {
            file.torn = how === "torn";
            deliver(simulation, process, delay(simulation), () =>
              reject(notWritten("ENOSPC: no space left on device")),
            );
            return;
          }
          if (entry.sequence !== file.entries.length + 1) {
            deliver(simulation, process, delay(simulation), () =>
              reject(
                failure("journal.overtaken", {
                  run: simulation.run,
                  sequence: file.entries.length,
                }),
              ),
            );
            return;
          }
          file.torn = false;
          file.entries.push(entry);
          history.record(process.name, "journal", `${entry.sequence} ${wordsOf(entry)}`);
          simulation.epoch = Math.max(simulation.epoch, entry.epoch);
          check(entry);
          if (killed !== undefined)
            simulation.strike(0, { kind: "killed-after-record", nth: 0, back: killed });
          deliver(simulation, process, delay(simulation), () => {
            if (how === "there-all-the-same") reject(notWritten("EIO: i/o error"));
            else resolve();
          });
        });
      });
    },
  };
};

const wordsOf = ({ event }: Entry): string => {
  switch (event.kind) {
    case "step.intended":
      return `intended ${event.step} (${event.attempt})`;
    case "step.settled":
      return `settled ${event.step}: ${event.outcome.kind}${
        event.outcome.kind === "done" ? "" : `, ${event.outcome.failure.message}`
      }`;
    case "run.paused":
      return `paused by ${event.by}: ${event.why}`;
    case "run.closed":
      return `closed: ${event.verdict}`;
    case "drift.found":
      return `drift found before ${event.step}: ${event.proofs.map(({ evidence }) => evidence).join("; ")}`;
    case "step.approved":
      return `approved ${event.step}`;
    default:
      return event.kind;
  }
};
