import { type Mutant, sound } from "./mutant.ts";
import { type Ending, type Machine, runScenario } from "./run-scenario.ts";
import type { Topology } from "./estate/topology.ts";
import { drawScenario } from "./scenario.ts";

export interface Tally {
  readonly seeds: number;
  readonly goal: number;
  readonly unsafe: number;
  readonly stuck: number;
  /** Seeds that did not end well, the first of them. */
  readonly bad: readonly { readonly seed: number; readonly ending: Ending }[];
}

/** Bad seeds that are kept with their history. */
const keptBad = 20;

export interface SwarmOptions {
  /** Absent: what the seed draws. */
  readonly world?: Topology["kind"];
  /** Ends early. */
  readonly until?: (ending: Ending) => boolean;
}

/** Runs so many seeds from the first one on. */
export const runSwarm = async (
  first: number,
  count: number,
  machine: Machine,
  mutant: Mutant = sound,
  { world, until = () => false }: SwarmOptions = {},
): Promise<Tally> => {
  const tally = { goal: 0, unsafe: 0, stuck: 0 };
  const bad: { readonly seed: number; readonly ending: Ending }[] = [];
  let seeds = 0;
  for (let seed = first; seed < first + count; seed++) {
    const ending = await runScenario(drawScenario(seed, world), machine, mutant);
    seeds++;
    tally[ending.verdict]++;
    if (ending.verdict !== "goal" && bad.length < keptBad) bad.push({ seed, ending });
    if (until(ending)) break;
  }
  return { seeds, ...tally, bad };
};
