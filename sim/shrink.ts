import type { Fault } from "./faults/fault.ts";
import type { Mutant } from "./mutant.ts";
import { type Ending, type Machine, runScenario } from "./run-scenario.ts";
import type { Scenario } from "./scenario.ts";

/** Runs that looking for fewer faults may take. */
const budget = 200;

/**
 * A smallest set of faults with which the scenario fails in the same way: halves are left out first, then smaller
 * pieces, then single ones (Zeller, "Simplifying and isolating failure-inducing input", 2002).
 */
export const shrinkFaults = async (
  scenario: Scenario,
  failed: Ending,
  machine: Machine,
  mutant: Mutant,
): Promise<readonly Fault[]> => {
  let left = budget;
  const stillFails = async (faults: readonly Fault[]): Promise<boolean> => {
    if (left-- <= 0) return false;
    const ending = await runScenario({ ...scenario, faults }, machine, mutant);
    return (
      ending.verdict === failed.verdict &&
      ending.violation?.principle === failed.violation?.principle
    );
  };
  let faults = scenario.faults;
  if (await stillFails([])) return [];
  for (
    let size = Math.ceil(faults.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let from = 0; from < faults.length;) {
      const fewer = [...faults.slice(0, from), ...faults.slice(from + size)];
      if (fewer.length < faults.length && fewer.length > 0 && (await stillFails(fewer)))
        faults = fewer;
      else from += size;
    }
  }
  return faults;
};
