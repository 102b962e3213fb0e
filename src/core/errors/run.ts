import { define } from "./definition.ts";

/** Why a run does not go on. The first two are what the journal says of a step that did not settle as done. */
export const runErrors = {
  "run.requirement-unmet": define<{ step: string; unmet: readonly string[] }>({
    message: (p) => `${p.step} has to wait: ${p.unmet.join("; ")}`,
    retry: "later",
    exit: 3,
  }),
  "run.not-proved": define<{
    step: string;
    seconds: number;
    unmet: readonly string[];
    stale: readonly string[];
  }>({
    message: (p) => `${p.step} is not proved after ${p.seconds} s: ${p.unmet.join("; ")}`,
    hint: (p) =>
      p.stale.length === 0
        ? undefined
        : `restart ${p.stale.join(" and ")} yourself: what it has read was taken back since`,
    retry: "later",
    exit: 3,
  }),
  "run.one-way": define<{ run: string; step: string }>({
    message: (p) => `run ${p.run} cannot be rolled back: ${p.step} was begun and has no way back`,
    hint: (p) => `go on with it: certwright resume ${p.run}`,
    retry: "never",
    exit: 1,
  }),
  "run.state-damaged": define<{ path: string }>({
    message: (p) => `${p.path}: is not what certwright wrote there`,
    hint: (p) => `restore it from a backup; look at it with: head -c 300 ${p.path}`,
    retry: "never",
    exit: 1,
  }),
  "run.none": define<{ directory: string }>({
    message: (p) => `${p.directory}: there was no run here yet`,
    hint: () =>
      "make a plan and carry it out: certwright plan rotate ISSUER; certwright apply PLAN",
    retry: "never",
    exit: 1,
  }),
  "run.unknown": define<{ run: string; known: readonly string[] }>({
    message: (p) => `there is no run ${p.run}`,
    hint: (p) => `there are: ${p.known.join(", ")}`,
    retry: "never",
    exit: 2,
  }),
  "run.not-begun": define<{ run: string }>({
    message: (p) => `run ${p.run} was never begun: its process ended before the first record`,
    hint: () => "nothing was changed; carry the plan out anew: certwright apply PLAN",
    retry: "never",
    exit: 1,
  }),
  "run.not-open": define<{ run: string; verdict: string }>({
    message: (p) => `run ${p.run} has ended: ${p.verdict}`,
    hint: (p) => `see its report: certwright status ${p.run}`,
    retry: "never",
    exit: 1,
  }),
  "run.still-going": define<{ run: string; waited: string }>({
    message: (p) => `run ${p.run} has not come to the end of its current step within ${p.waited}`,
    hint: (p) => `it will stop there; see what it is at: certwright status ${p.run}`,
    retry: "later",
    exit: 4,
  }),
  "run.another-open": define<{ run: string; stage: string }>({
    message: (p) => `run ${p.run} is not finished (${p.stage}); there is one run at a time`,
    hint: (p) =>
      `go on with it: certwright resume ${p.run}; or bring back what was before: certwright rollback ${p.run}`,
    retry: "never",
    exit: 1,
  }),
  "run.plan-expired": define<{ path: string; expired: string }>({
    message: (p) => `${p.path}: this plan was good until ${p.expired}`,
    hint: () => "make a new one, as you made this one: certwright plan …",
    retry: "never",
    exit: 1,
  }),
  "run.plan-altered": define<{ path: string }>({
    message: (p) => `${p.path}: is not the plan that certwright made: its digest does not fit`,
    hint: () =>
      "a plan is carried out as it was made, or not at all; make a new one: certwright plan …",
    retry: "never",
    exit: 1,
  }),
  "run.not-a-plan": define<{ path: string }>({
    message: (p) => `${p.path}: holds no plan`,
    hint: () => "make one with: certwright plan rotate ISSUER --out plan.json",
    retry: "never",
    exit: 2,
  }),
  "run.plan-stale": define<{ path: string; changes: readonly string[] }>({
    message: (p) =>
      `${p.path}: the estate is not as it was when this plan was made; nothing was changed: ${p.changes.join("; ")}`,
    hint: () => "make a new plan, as you made this one: certwright plan …",
    retry: "never",
    exit: 1,
  }),
  "run.estate-unseen": define<{ path: string; unseen: readonly string[] }>({
    message: (p) =>
      `${p.path}: what the plan is about cannot be seen at the moment; nothing was changed: ${p.unseen.join("; ")}`,
    hint: () =>
      "when that answers again, try once more: the plan stays good for as long as it says",
    retry: "later",
    exit: 1,
  }),
  "run.no-etcd-here": define<{ why: string }>({
    message: (p) => `the run's backup could not be tried before anything is changed: ${p.why}`,
    hint: () =>
      "name an etcd on this machine with --etcd-bin (or CERTWRIGHT_ETCD), or begin without that proof: --accept-unrestored-backup",
    retry: "never",
    exit: 1,
  }),
  "run.not-agreed": define<{ command: string }>({
    message: () => "nobody is here to agree to the plan; nothing was changed",
    hint: (p) => `read it, then say yes to it: ${p.command}`,
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
  "run.no-report": define<{ run: string }>({
    message: (p) => `run ${p.run} has no report yet`,
    hint: (p) =>
      `it is written whenever a run stands still; see where it is: certwright status ${p.run}`,
    retry: "never",
    exit: 1,
  }),
  "run.report-differs": define<{ run: string }>({
    message: (p) =>
      `the report of run ${p.run} does not say what its journal says; it was not signed`,
    hint: (p) => `see what does not fit: certwright report ${p.run} --verify`,
    retry: "never",
    exit: 1,
  }),
  "run.not-asked": define<{ word: string; known: readonly string[] }>({
    message: (p) => `the run asks for nobody's word on ${p.word} now`,
    hint: (p) =>
      p.known.length === 0
        ? "it asks for none at the moment; see what it waits for: certwright status"
        : `it asks for: ${p.known.join(", ")}`,
    retry: "never",
    exit: 2,
  }),
  "run.handover-exists": define<{ path: string }>({
    message: (p) => `${p.path} is there already; it was left as it is`,
    hint: () => "name another folder: certwright holders --out FOLDER",
    retry: "never",
    exit: 1,
  }),
  "run.unknown-blind": define<{ id: string; known: readonly string[] }>({
    message: (p) => `the plan has no blind spot ${p.id}`,
    hint: (p) =>
      p.known.length === 0 ? "it has none at all" : `its blind spots: ${p.known.join(", ")}`,
    retry: "never",
    exit: 2,
  }),
};
