import { join } from "node:path";
import { fileExists } from "../../adapters/files/exists.ts";
import { systemNodes } from "../../adapters/node/system-nodes.ts";
import { readEstateVersion } from "../../adapters/estate/estate-version.ts";
import { createRunFolder, newRunName } from "../../adapters/runs/run-folder.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type { ExitCode } from "../../core/errors/definition.ts";
import type { Estate } from "../../core/model/estate.ts";
import type { Plan } from "../../core/model/plan.ts";
import { giveNodesBack, takeNodes } from "../../engine/recovery/node-locks.ts";
import { plannedEstate } from "../../engine/rotation/planned-estate.ts";
import { openBackupPorts } from "../backup/backup-ports.ts";
import { canAsk, confirm } from "../confirm.ts";
import { directoryOf } from "../pki/open-pki.ts";
import { carryOutRun } from "../run/carry-out-run.ts";
import { lastEpoch, refuseBesides } from "../run/find-run.ts";
import { withClusterLease } from "../run/cluster-lease.ts";
import { withLease } from "../run/lease.ts";
import { openWorld } from "../run/open-world.ts";
import { sayPlan } from "../run/plan-summary.ts";
import { whoAmI, type RunChoice } from "../run/run-options.ts";
import type { Terminal } from "../terminal.ts";

/** A recovery is a run like the others: journal, lease, proofs, report; certwright resume goes on with it. */
export const carryOutRecovery = async (
  terminal: Terminal,
  {
    plan,
    estate,
    estateFile,
  }: { readonly plan: Plan; readonly estate: Estate; readonly estateFile: string },
  choice: RunChoice & { readonly yes: boolean },
): Promise<ExitCode> => {
  const directory = directoryOf(choice);
  refuseBesides(directory);
  sayPlan(terminal, plan);
  if (!choice.yes && !canAsk(terminal))
    throw failure("run.not-agreed", { command: "certwright recover --yes" });
  const ports = openBackupPorts(terminal, choice, estate);
  try {
    const run = newRunName(terminal.now());
    return await withLease(directory, run, lastEpoch(directory), async (lease) => {
      refuseBesides(directory);
      if (!choice.yes && !(await confirm(terminal, "Recover the cluster?"))) {
        // The PKI may have been made, and CAs taken over into it, to plan with.
        terminal.say(`nothing was changed on any machine; the PKI is in ${directory}`);
        return 1;
      }
      const masters = estate.kubernetes?.controlPlane ?? [];
      const lock = { run, holder: whoAmI() };
      await takeNodes(systemNodes, masters, lock, (other) =>
        fileExists(join(directory, "runs", other)),
      );
      const settings = { format: "certwright.run/1", estate: estateFile } as const;
      const folder = createRunFolder(directory, run, plan, settings);
      const world = openWorld(ports, plannedEstate(estate, plan), {
        run,
        version: readEstateVersion(directory),
        acceptUnrestored: choice.acceptUnrestoredBackup,
      });
      try {
        const { authority, sealer } = ports;
        const job = { directory, folder, plan, lease, world, authority, sealer };
        // An API that is dead has no Lease; one that lives may say that somebody is at work.
        const leased = {
          directory,
          run,
          plan,
          estate,
          authority,
          goesOn: true,
          mayBeDead: true,
        } as const;
        const code = await withClusterLease(terminal, leased, (tell) =>
          carryOutRun(terminal, { ...job, tell }, choice),
        );
        if (code === 0) await giveNodesBack(systemNodes, masters, run);
        return code;
      } finally {
        await world.close();
      }
    });
  } finally {
    ports.authority.close();
  }
};
