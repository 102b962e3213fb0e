import { flagValue } from "../../../core/manifest/flag-value.ts";
import { componentFlags } from "../../../core/estate/component-flags.ts";
import { controlPlanePrograms } from "../../../core/model/estate.ts";
import type { PlanFinding } from "../../../core/plan/finding.ts";
import type { PlacedConsumer } from "../layout.ts";
import type { Look } from "../look.ts";

/**
 * A program of a cluster that was made by hand whose process was started with other files than the estate says: what a
 * plan would write is not what it reads. One that does not run is told as unhealthy.
 */
export const startedOtherwise = async (
  look: Look,
  { id, node, kubernetes }: PlacedConsumer,
): Promise<readonly PlanFinding[]> => {
  const components = look.at.layout.kubernetes?.components;
  const program = controlPlanePrograms.find((one) => one === kubernetes?.kind);
  if (components === undefined || program === undefined) return [];
  const process = await look.process(id);
  if (!process.ok || process.value === undefined) return [];
  const { command, pid } = process.value;
  const { flags } = components[program];
  const { required, optional } = componentFlags[program];
  const evidence = [...required, ...optional].flatMap((flag) => {
    const [wanted, found] = [flags[flag], startedWith(command, flag)];
    if (wanted === found) return [];
    return [
      `process ${pid} has ${found === undefined ? `no --${flag}` : `--${flag}=${found}`}, the estate ${wanted === undefined ? "none" : wanted}`,
    ];
  });
  if (evidence.length === 0) return [];
  return [
    {
      rule: "flag-differs",
      subject: id,
      text: `${id} is started with other files${node === undefined ? "" : ` on ${node.name}`} than those that a plan would change`,
      evidence,
      cure: "correct kubernetes.components in certwright.yaml, or the unit of the program: all masters have the same",
    },
  ];
};

/** A flag without a value is one that is not there. */
export const startedWith = (command: readonly string[], flag: string): string | undefined => {
  const value = flagValue(command, flag);
  return value === "" ? undefined : value;
};
