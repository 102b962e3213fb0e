import type { Mutant } from "./mutant.ts";
import type { Machine } from "./run-scenario.ts";
import { runSwarm } from "./swarm.ts";

export interface Catch {
  readonly mutant: Mutant;
  /** Of the first seed that ended unsafe; undefined when none of them did. */
  readonly seed?: number;
  readonly principle?: string;
}

/** Looks for the first seed that shows what is wrong with a mutant. */
export const hunt = async (
  mutant: Mutant,
  first: number,
  seeds: number,
  machine: Machine,
): Promise<Catch> => {
  const { bad } = await runSwarm(first, seeds, machine, mutant, {
    world: mutant.world ?? "etcd",
    until: ({ verdict }) => verdict === "unsafe",
  });
  const caught = bad.find(({ ending }) => ending.verdict === "unsafe");
  if (caught === undefined) return { mutant };
  return {
    mutant,
    seed: caught.seed,
    ...(caught.ending.violation === undefined
      ? {}
      : { principle: caught.ending.violation.principle }),
  };
};
