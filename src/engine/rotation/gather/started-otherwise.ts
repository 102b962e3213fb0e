import { flagValue } from "../../../core/manifest/flag-value.ts";
import { componentFlags } from "../../../core/estate/component-flags.ts";
import { controlPlanePrograms, type KubeletFiles } from "../../../core/model/estate.ts";
import type { PlanFinding } from "../../../core/plan/finding.ts";
import { attempt } from "../attempt.ts";
import type { PlacedConsumer } from "../layout.ts";
import type { Look } from "../look.ts";
import { seenKubelet } from "../seen-kubelet.ts";

/**
 * A program of a cluster that was made by hand whose process was started with other files than the estate says: what a
 * plan would write is not what it reads. One that does not run is told as unhealthy.
 */
export const startedOtherwise = async (
  look: Look,
  consumer: PlacedConsumer,
): Promise<readonly PlanFinding[]> => {
  const { id, node, kubernetes } = consumer;
  const { components, kubelets } = look.at.layout.kubernetes ?? {};
  if (components === undefined) return [];
  const process = await look.process(id);
  if (!process.ok || process.value === undefined) return [];
  const { command, pid } = process.value;
  const program = controlPlanePrograms.find((one) => one === kubernetes?.kind);
  const evidence =
    program !== undefined
      ? flagsOtherwise(program, components[program].flags, command)
      : kubelets !== undefined && kubernetes?.kind === "kubelet"
        ? await kubeletOtherwise(look, consumer, kubelets.files, command)
        : [];
  if (evidence.length === 0) return [];
  const where = program === undefined ? "all nodes" : "all masters";
  return [
    {
      rule: "flag-differs",
      subject: id,
      text: `${id} is started with other files${node === undefined ? "" : ` on ${node.name}`} than those that a plan would change`,
      evidence: evidence.map((one) => `process ${pid} ${one}`),
      cure: `correct kubernetes.components in certwright.yaml, or the unit of the program: ${where} have the same`,
    },
  ];
};

const flagsOtherwise = (
  program: (typeof controlPlanePrograms)[number],
  flags: Readonly<Record<string, string>>,
  command: readonly string[],
): readonly string[] => {
  const { required, optional } = componentFlags[program];
  return [...required, ...optional].flatMap((flag) => {
    const [wanted, found] = [flags[flag], startedWith(command, flag)];
    if (wanted === found) return [];
    return [
      `has ${found === undefined ? `no --${flag}` : `--${flag}=${found}`}, the estate ${wanted === undefined ? "none" : wanted}`,
    ];
  });
};

/** One whose configuration cannot be read may have any files. */
const kubeletOtherwise = async (
  look: Look,
  { node }: PlacedConsumer,
  wanted: KubeletFiles,
  command: readonly string[],
): Promise<readonly string[]> => {
  const seen = await attempt(() =>
    look.at.sessions.use(node, (session) => seenKubelet(session, command)),
  );
  if (!seen.ok) return [`cannot be asked for its files: ${seen.why}`];
  if (!seen.value.ok) return seen.value.faults;
  const { files } = seen.value;
  const names = new Set([...Object.keys(wanted), ...Object.keys(files)]) as ReadonlySet<
    keyof KubeletFiles
  >;
  return [...names].flatMap((name) =>
    wanted[name] === files[name]
      ? []
      : [`has as its ${name} ${files[name] ?? "none"}, the estate ${wanted[name] ?? "none"}`],
  );
};

/** A flag without a value is one that is not there. */
export const startedWith = (command: readonly string[], flag: string): string | undefined => {
  const value = flagValue(command, flag);
  return value === "" ? undefined : value;
};
