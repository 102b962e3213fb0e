import { resolve } from "node:path";
import { createRunFolder, newRunName } from "../../adapters/runs/run-folder.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import type { Plan } from "../../core/model/plan.ts";
import type { ExitCode } from "../../core/errors/definition.ts";
import { shellWord } from "../../core/text/shell-word.ts";
import { defineCommand } from "../command.ts";
import { canAsk, confirm } from "../confirm.ts";
import { estateOption, readRotatable, timeoutOption } from "../etcd-estate.ts";
import { directoryOf } from "../pki/open-pki.ts";
import { carryOutRun } from "../run/carry-out-run.ts";
import { checkBasis, checkEstate } from "../run/check-fresh.ts";
import { lastEpoch, refuseBesides } from "../run/find-run.ts";
import { withClusterLease } from "../run/cluster-lease.ts";
import { withLease } from "../run/lease.ts";
import { checkPlanRights } from "../../engine/rotation/check-plan-rights.ts";
import { plannedEstate } from "../../engine/rotation/planned-estate.ts";
import { openBackupPorts, type OpenBackupPorts } from "../backup/backup-ports.ts";
import { openWorld } from "../run/open-world.ts";
import { sayPlan } from "../run/plan-summary.ts";
import { readPlan } from "../run/read-plan.ts";
import { runOptions, yesOption } from "../run/run-options.ts";

export const command = defineCommand({
  description:
    "Carries out a plan as it stands, or not at all: a plan that is too old, or made on another state of the estate, is refused with what has changed. Each step is proved before it counts, and everything is in a journal before it happens, so that whatever stops this process, certwright resume goes on. Ctrl-C stops after the current step. Exit code 0 when the goal is reached, 1 when something was refused or somebody changed what the run had written, 3 when it paused and waits for a yes, a node or the operator, 130 after Ctrl-C.",
  arguments: { plan: { description: "the plan's file" } },
  options: {
    estate: estateOption,
    ...runOptions,
    timeout: timeoutOption,
    yes: yesOption,
  },
  examples: [
    {
      command: "certwright apply rotate-etcd-ca.plan.json",
      does: "Show the plan in short, ask, and carry it out",
    },
    {
      command: "certwright apply rotate-etcd-ca.plan.json --yes --approve all --wait 1h",
      does: "From a job: say yes to every step, and wait an hour for a node that is away",
    },
    {
      command: "certwright apply rotate-etcd-ca.plan.json --yes -o json",
      does: "The journal's records as JSON, one a line, and the report as the last line",
    },
  ],
  async run(terminal, { arguments: { plan: file }, options }): Promise<ExitCode> {
    const path = resolve(file);
    const plan = readPlan(path);
    const estateFile = resolve(options.estate);
    const estate = await readRotatable(estateFile);
    const directory = directoryOf(options);
    const ports = openBackupPorts(terminal, options, estate);
    try {
      // First, because a run makes every other plan stale, and it is the run that has to be known.
      refuseBesides(directory);
      checkBasis(plan, path, directory, terminal.now());
      if (options.output === "text" || !options.yes) sayPlan(terminal, plan);
      if (!options.yes && !canAsk(terminal)) {
        throw failure("run.not-agreed", { command: `certwright apply ${shellWord(file)} --yes` });
      }
      const run = newRunName(terminal.now());
      return await withLease(directory, run, lastEpoch(directory), async (lease) => {
        refuseBesides(directory);
        // Again, for another process may have ended a run since.
        checkBasis(plan, path, directory, terminal.now());
        await checkEstate(terminal, ports, estate, { plan, path, deadline: options.timeout });
        await checkPlanRights(ports, plannedEstate(estate, plan), plan);
        if (!options.acceptUnrestoredBackup) await requireEtcd(ports, plan);
        if (!options.yes && !(await confirm(terminal, "Carry out this plan?"))) {
          terminal.say("nothing was changed");
          return 1;
        }
        const folder = createRunFolder(directory, run, plan, {
          format: "certwright.run/1",
          estate: estateFile,
        });
        const world = openWorld(ports, plannedEstate(estate, plan), {
          run,
          version: plan.basis.estate,
          acceptUnrestored: options.acceptUnrestoredBackup,
        });
        try {
          const { authority, sealer } = ports;
          const job = { directory, folder, plan, lease, world, authority, sealer };
          const leased = { directory, run, plan, estate, authority, goesOn: false };
          return await withClusterLease(terminal, leased, (tell) =>
            carryOutRun(terminal, { ...job, tell }, options),
          );
        } finally {
          await world.close();
        }
      });
    } finally {
      ports.authority.close();
    }
  },
});

/** What tries the backup has to be here before anything is begun. Throws run.no-etcd-here. */
const requireEtcd = async ({ scratch }: OpenBackupPorts, plan: Plan): Promise<void> => {
  const tries = plan.phases.some(({ steps }) =>
    steps.some(({ effect }) => effect.kind === "backup.create" && effect.groups.length > 0),
  );
  if (!tries) return;
  const found = await scratch.find();
  if (!found.ok) throw failure("run.no-etcd-here", { why: found.why });
};
