import { define } from "./definition.ts";

/** Why a run does not go on. The first two are what the journal says of a step that did not settle as done. */
export const runErrors = {
  "run.requirement-unmet": define<{ step: string; unmet: readonly string[] }>({
    message: (p) => `${p.step} has to wait: ${p.unmet.join("; ")}`,
    retry: "later",
    exit: 3,
  }),
  "run.not-proved": define<{ step: string; seconds: number; unmet: readonly string[] }>({
    message: (p) => `${p.step} is not proved after ${p.seconds} s: ${p.unmet.join("; ")}`,
    retry: "later",
    exit: 3,
  }),
  "run.other-plan": define<{ run: string; expected: string; found: string }>({
    message: (p) =>
      `run ${p.run} carries out plan ${p.expected.slice(0, 12)}, but its folder holds plan ${p.found.slice(0, 12)}`,
    hint: () => "the plan file was altered: restore it from where it was made",
    retry: "never",
    exit: 1,
  }),
  "run.one-way": define<{ run: string; step: string }>({
    message: (p) => `run ${p.run} cannot be rolled back: ${p.step} was begun and has no way back`,
    hint: (p) => `go on with it: certwright resume ${p.run}`,
    retry: "never",
    exit: 1,
  }),
  "run.unknown-step": define<{ step: string; known: readonly string[] }>({
    message: (p) => `the plan has no step ${p.step} that waits for approval`,
    hint: (p) =>
      p.known.length === 0
        ? "no step of it needs an approval"
        : `steps that need it: ${p.known.join(", ")}`,
    retry: "never",
    exit: 2,
  }),
  "run.unknown-blind": define<{ id: string; known: readonly string[] }>({
    message: (p) => `the plan has no blind spot ${p.id}`,
    hint: (p) =>
      p.known.length === 0 ? "it has none at all" : `its blind spots: ${p.known.join(", ")}`,
    retry: "never",
    exit: 2,
  }),
};
