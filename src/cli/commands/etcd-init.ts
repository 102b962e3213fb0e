import { systemClock } from "../../adapters/clock/system-clock.ts";
import { digests } from "../../adapters/crypto/node-digests.ts";
import { keyMaker } from "../../adapters/crypto/node-keys.ts";
import { verifySignature } from "../../adapters/crypto/node-verify.ts";
import { localFiles } from "../../adapters/files/local-files.ts";
import { localFolders } from "../../adapters/files/local-folders.ts";
import { CertwrightError, failure } from "../../core/errors/certwright-error.ts";
import type { Issuer } from "../../engine/authority/authority.ts";
import { carryOutInit } from "../../engine/etcd/init/carry-out.ts";
import { surveyInit, type InitContext, type InitPlan } from "../../engine/etcd/init/survey.ts";
import type { AppliedChange } from "../../ports/files.ts";
import { defineCommand } from "../command.ts";
import { confirm } from "../confirm.ts";
import {
  estateOption,
  inPlaceOption,
  nodesOption,
  placementForWriting,
  readCluster,
  selectMembers,
} from "../etcd-estate.ts";
import { writeInitDone, writeInitPlan } from "../etcd-init-text.ts";
import { outputOption, writeData } from "../output.ts";
import { pkiOptions, withPki, type PkiChoice } from "../pki/open-pki.ts";
import type { Terminal } from "../terminal.ts";

export const command = defineCommand({
  description:
    "Writes everything that the estate's etcd cluster needs: for each member its peer and server certificates, the CAs it trusts, and its configuration as a YAML file, an environment file and a hardened systemd unit; for each user a client certificate. Issuers that do not exist yet are created: one for peers, one for servers, one for clients, so that no member's certificate is a client. Shows the plan first; asks before anything is replaced and keeps a backup. Running it again changes nothing until a certificate has a third of its life left or the estate changes.",
  options: {
    estate: estateOption,
    nodes: nodesOption,
    inPlace: inPlaceOption,
    member: {
      flag: "-m, --member <name>",
      description: "write this member's files only",
      repeat: true,
    },
    ...pkiOptions,
    yes: { flag: "-y, --yes", description: "replace files without being asked" },
    dryRun: { flag: "--dry-run", description: "show the plan and do nothing" },
    output: outputOption("json", "yaml"),
  },
  examples: [
    { command: "certwright etcd init --dry-run", does: "Show what would be created and written" },
    {
      command: "certwright etcd init",
      does: "Write one folder a node below ./nodes, to be copied to the machines",
    },
    {
      command: "certwright etcd init --in-place --member etcd-1",
      does: "On etcd-1 itself: write to /etc/etcd, keys owned by etcd",
    },
  ],
  async run(terminal, { options }) {
    const cluster = await readCluster(options.estate);
    const members = selectMembers(cluster, options.member);
    const placement = await placementForWriting(cluster, options.nodes, options.inPlace);
    const now = systemClock.now();
    const context: InitContext = {
      cluster,
      members,
      placement,
      files: localFiles,
      tools: { digests, verifySignature, keyMaker, now },
    };
    const plan = await surveyInit(context, await presentIssuers(terminal, options));
    const text = options.output === "text";
    if (text) writeInitPlan(terminal, cluster, plan);
    let applied: readonly AppliedChange[] | undefined;
    if (!options.dryRun) {
      await agree(terminal, plan, options.yes);
      applied = await withPki(terminal, options, "create", async (authority) => {
        terminal.leaving("what was issued is in the store; the same command goes on");
        return await carryOutInit(plan, context, authority, localFolders);
      });
      if (text) writeInitDone(terminal, cluster, members, placement, applied);
    }
    if (!text) await writeData(terminal, options.output, planData(plan, applied));
  },
});

/** None where there is no PKI yet: looking at a plan must not make one. */
const presentIssuers = async (
  terminal: Terminal,
  choice: PkiChoice,
): Promise<readonly Issuer[]> => {
  try {
    return await withPki(terminal, choice, "use", (authority) => authority.issuers());
  } catch (error) {
    if (error instanceof CertwrightError && error.code === "store.absent") return [];
    throw error;
  }
};

const agree = async (terminal: Terminal, plan: InitPlan, yes: boolean): Promise<void> => {
  const paths = plan.files.filter(({ action }) => action === "replace").map(({ path }) => path);
  if (paths.length === 0 || yes) return;
  if (await confirm(terminal, `Replace ${paths.length} files? Backups are kept beside them.`))
    return;
  throw failure("file.would-replace", { paths });
};

const planData = (plan: InitPlan, applied: readonly AppliedChange[] | undefined) => ({
  applied: applied !== undefined,
  issuers: plan.issuers,
  certificates: plan.pairs.map(({ pair, verdict }) => ({
    title: pair.title,
    issuer: pair.order.issuer,
    action: verdict.keep ? "keep" : "issue",
    ...(verdict.keep ? {} : { why: verdict.why }),
    certificate: pair.certificate,
    key: pair.key,
  })),
  files:
    applied === undefined
      ? plan.files
      : applied.map(({ path, action, backup }) => ({
          path,
          action,
          ...(backup === undefined ? {} : { backup }),
        })),
});
