import { keyMaker } from "../../adapters/crypto/node-keys.ts";
import { createSystemRandom } from "../../adapters/random/system-random.ts";
import { createRunFolder, newRunName, type RunFolder } from "../../adapters/runs/run-folder.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type { ExitCode } from "../../core/errors/definition.ts";
import type { Goal, Plan } from "../../core/model/plan.ts";
import { createMeshWorld } from "../../engine/recovery/mesh-world.ts";
import type { HeldLease } from "../../ports/lease.ts";
import { canAsk, confirm } from "../confirm.ts";
import { directoryOf } from "../pki/open-pki.ts";
import { openRotationPorts } from "../rotation/rotation-ports.ts";
import { carryOutRun, type RunJob } from "../run/carry-out-run.ts";
import { lastEpoch, refuseBesides } from "../run/find-run.ts";
import { withLease } from "../run/lease.ts";
import { sayPlan } from "../run/plan-summary.ts";
import type { RunChoice } from "../run/run-options.ts";
import type { Terminal } from "../terminal.ts";

export type MeshPlan = Plan & { readonly goal: Extract<Goal, { kind: "recover-mesh" }> };

export const isMeshPlan = (plan: Plan): plan is MeshPlan => plan.goal.kind === "recover-mesh";

/** A run like the others: journal, lease, proofs, report; certwright resume goes on with it. */
export const carryOutMeshRecovery = async (
  terminal: Terminal,
  plan: MeshPlan,
  choice: RunChoice & { readonly yes: boolean },
): Promise<ExitCode> => {
  const directory = directoryOf(choice);
  refuseBesides(directory);
  sayPlan(terminal, plan);
  if (!choice.yes && !canAsk(terminal))
    throw failure("run.not-agreed", { command: "certwright recover --mesh istio --yes" });
  const run = newRunName(terminal.now());
  return await withLease(directory, run, lastEpoch(directory), async (lease) => {
    refuseBesides(directory);
    if (!choice.yes && !(await confirm(terminal, "Recover the mesh?"))) {
      terminal.say("nothing was changed");
      return 1;
    }
    const settings = { format: "certwright.run/1", estate: plan.goal.kubeconfig } as const;
    const folder = createRunFolder(directory, run, plan, settings);
    return await driveMesh(terminal, { folder, plan, lease }, choice);
  });
};

/** Carries the run out, or on, by the kubeconfig that its plan names. */
export const driveMesh = async (
  terminal: Terminal,
  job: {
    readonly folder: RunFolder;
    readonly plan: MeshPlan;
    readonly lease: HeldLease;
  } & Pick<RunJob, "rollback" | "repair">,
  choice: RunChoice,
): Promise<ExitCode> => {
  const ports = openRotationPorts(terminal, choice);
  const { kubeconfig, namespace } = job.plan.goal;
  const world = createMeshWorld({
    ports: { ...ports, keyMaker, random: createSystemRandom() },
    kubeconfig,
    namespace,
    run: job.folder.run,
  });
  try {
    const { authority, sealer } = ports;
    return await carryOutRun(
      terminal,
      { ...job, directory: directoryOf(choice), world, authority, sealer },
      choice,
    );
  } finally {
    await world.close();
    ports.authority.close();
  }
};
