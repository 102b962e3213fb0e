import { grpcEtcd } from "../../adapters/etcd/grpc-etcd.ts";
import { localFiles } from "../../adapters/files/local-files.ts";
import { tlsProbe } from "../../adapters/tls/tls-probe.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import { readRootCredentials } from "../../engine/etcd/check/read-material.ts";
import { closeAll, connectAll, firstAnswering } from "../../engine/etcd/connect.ts";
import { describeStep, planUsers, type UsersPlan } from "../../engine/etcd/users-plan.ts";
import { applyUsers, proveMutual, proveRoot, readAuthState } from "../../engine/etcd/users.ts";
import { defineCommand } from "../command.ts";
import { confirm } from "../confirm.ts";
import { estateOption, readCluster, timeoutOption } from "../etcd-estate.ts";
import { outputOption, writeData } from "../output.ts";
import type { Terminal } from "../terminal.ts";

export const command = defineCommand({
  description:
    "Makes etcd's users and roles what the estate says. A user is the common name of a client certificate and has no password. Shows the change before it makes it. Root comes first and authentication is enabled last, and only where every member refuses clients without a certificate; then root is shown to be root at every member. Users and roles that the estate does not name are left alone. Running it again changes nothing.",
  options: {
    estate: estateOption,
    timeout: timeoutOption,
    yes: { flag: "-y, --yes", description: "make the change without being asked" },
    dryRun: { flag: "--dry-run", description: "show the change and do not make it" },
    output: outputOption("json", "yaml"),
  },
  examples: [
    { command: "certwright etcd users --dry-run", does: "Show what would change" },
    { command: "certwright etcd users", does: "Show it, ask, and change it" },
    { command: "certwright etcd users --yes", does: "Change it without being asked" },
  ],
  async run(terminal, { options }) {
    const cluster = await readCluster(options.estate);
    const root = await readRootCredentials(cluster, localFiles);
    if (!root.ok) throw failure("etcd.no-client-files", { why: root.why });
    const connected = await connectAll(grpcEtcd, cluster, root.value, options.timeout);
    try {
      const first = await firstAnswering(connected);
      const plan = planUsers(cluster, await readAuthState(first));
      const steps = plan.steps.map(describeStep);
      const text = options.output === "text";
      if (text) showPlan(terminal, plan, steps);
      let changed = false;
      if (plan.steps.length > 0 && !options.dryRun) {
        if (!options.yes && !(await confirm(terminal, "Make these changes?"))) {
          throw failure("etcd.unconfirmed", { command: "certwright etcd users" });
        }
        if (plan.steps.some(({ kind }) => kind === "enable-auth")) {
          await proveMutual(cluster, tlsProbe, options.timeout);
        }
        let made = 0;
        await applyUsers(first, plan.steps, () => {
          made += 1;
          terminal.leaving(`${made} of ${steps.length} changes are made; the same command goes on`);
        });
        const proven = await proveRoot(connected);
        changed = true;
        if (text) {
          terminal.write(`done; root is root at ${proven} of ${connected.length} members\n`);
        }
      }
      if (options.output !== "text") {
        const { foreignUsers, foreignRoles } = plan;
        await writeData(terminal, options.output, { steps, changed, foreignUsers, foreignRoles });
      }
    } finally {
      closeAll(connected);
    }
  },
});

const showPlan = (terminal: Terminal, plan: UsersPlan, steps: readonly string[]): void => {
  if (steps.length === 0) terminal.write("users and roles are as the estate says\n");
  for (const [i, step] of steps.entries()) {
    terminal.write(`${String(i + 1).padStart(3)}  ${step}\n`);
  }
  const foreign = [
    ...plan.foreignUsers.map((name) => `user ${name}`),
    ...plan.foreignRoles.map((name) => `role ${name}`),
  ];
  if (foreign.length > 0) {
    terminal.say(`not in the estate, left as they are: ${foreign.join(", ")}`);
  }
};
