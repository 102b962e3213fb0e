import { define } from "./definition.ts";

/** Faults of a run's journal. Whatever is wrong with it, nothing is done before somebody looked. */
export const journalErrors = {
  "journal.impossible": define<{ run: string; sequence: number; why: string }>({
    message: (p) => `journal of run ${p.run}, entry ${p.sequence}: cannot have happened: ${p.why}`,
    hint: () =>
      "keep a copy of the run's folder; restore the journal from a backup, or end the run with: certwright abort",
    retry: "never",
    exit: 1,
  }),
  "journal.damaged": define<{ run: string; entry: number; why: string }>({
    message: (p) => `journal of run ${p.run}, entry ${p.entry}: ${p.why}`,
    hint: () =>
      "the journal was altered or its disk is failing: keep a copy of the run's folder, then restore the journal from a backup",
    retry: "never",
    exit: 1,
  }),
  "journal.overtaken": define<{ run: string; sequence: number }>({
    message: (p) =>
      `another process wrote entry ${p.sequence} of run ${p.run}'s journal; this one stops without touching anything more`,
    hint: (p) => `see how the run goes: certwright status ${p.run}`,
    retry: "never",
    exit: 1,
  }),
  "journal.full": define<{ run: string; limit: number }>({
    message: (p) => `the journal of run ${p.run} has ${p.limit} entries, the most that are kept`,
    hint: (p) => `bring things back or leave them as they are: certwright rollback ${p.run}`,
    retry: "never",
    exit: 1,
  }),
  "journal.not-written": define<{ path: string; why: string }>({
    message: (p) => `${p.path}: the journal cannot be written: ${p.why}; nothing more is done`,
    hint: (p) => `see to its disk (df -h ${p.path}), then: certwright resume`,
    retry: "later",
    exit: 1,
  }),
};
