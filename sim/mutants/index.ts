import type { Mutant } from "../mutant.ts";
import { wrongEngines } from "./engines.ts";
import { wrongKubernetesPlanners } from "./kubernetes-planners.ts";
import { wrongPlanners } from "./planners.ts";

/** Every one has to be caught: this tests the tests. */
export const mutants: readonly Mutant[] = [
  ...wrongPlanners,
  ...wrongKubernetesPlanners,
  ...wrongEngines,
];
