import { formatInstant } from "../x509/time.ts";
import { claimWords } from "./claim-words.ts";
import type { Stuck } from "./decide.ts";
import type { Run } from "./run.ts";

/** Why the run pauses, for its journal and for people. What to type is said by whoever knows the command line. */
export const stuckWords = (stuck: Stuck, run: Run): string => {
  switch (stuck.kind) {
    case "approval":
      return `waits for a yes to ${stuck.steps.map((id) => `${id} (${titleOf(run, id)})`).join(", ")}`;
    case "blind":
      return `${stuck.step} is not done blindly: ${stuck.spots
        .map(({ id, where, why }) => `${id} (${where}: ${why})`)
        .join(", ")}`;
    case "awaited":
      return `${stuck.step} waits${stuck.until === undefined ? "" : ` until ${formatInstant(stuck.until)}`}: ${stuck.proofs
        .map(
          ({ claim, evidence }) =>
            `${claimWords(claim)} is not known${evidence === "" ? "" : ` (${evidence})`}`,
        )
        .join("; ")}`;
    case "refused":
      return stuck.state.failure.message;
    case "patience":
      return `${stuck.state.failure.message}; tried ${stuck.state.failures} times`;
    case "circle":
      return `the plan is faulty: ${stuck.steps.join(", ")} wait for each other`;
  }
};

const titleOf = (run: Run, id: Parameters<Run["placed"]["get"]>[0]): string =>
  run.placed.get(id)?.step.title ?? "";
