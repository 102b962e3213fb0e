import { basename, dirname, relative } from "node:path";
import type { EtcdCluster } from "../core/model/estate.ts";
import type { AppliedChange } from "../ports/files.ts";
import { memberPaths } from "../engine/etcd/layout.ts";
import type { Placement } from "../engine/etcd/init/placement.ts";
import { reloadAdvice } from "../engine/etcd/init/reload-advice.ts";
import type { InitPlan, PlannedFile } from "../engine/etcd/init/survey.ts";
import { columns } from "./output.ts";
import type { Terminal } from "./terminal.ts";

/** Relative to where the operator stands, when that is shorter. */
const shown = (path: string): string => {
  const here = relative(process.cwd(), path);
  return here.length < path.length ? here : path;
};

const date = (instant: number): string => new Date(instant).toISOString().slice(0, 10);

/** The plan of `etcd init`: authorities, certificates, files. */
export const writeInitPlan = (terminal: Terminal, cluster: EtcdCluster, plan: InitPlan): void => {
  const title = (text: string): void => terminal.write(`${terminal.style("bold", text)}\n`);
  title("Authorities");
  terminal.write(columns(plan.issuers.map(({ action, name, job }) => [`  ${action}`, name, job])));
  title("Certificates");
  terminal.write(
    columns(
      plan.pairs.map(({ pair, verdict }) =>
        verdict.keep
          ? ["  keep", pair.title, pair.order.issuer, `until ${date(verdict.certificate.notAfter)}`]
          : ["  issue", pair.title, pair.order.issuer, verdict.why],
      ),
    ),
  );
  title("Files");
  terminal.write(columns(fileLines(plan.files)));
  if (plan.issuers.some(({ action }) => action === "create")) terminal.say(clientCaNote(cluster));
};

/** One line for what is new in a folder; what is replaced or adjusted stands on a line of its own. */
const fileLines = (files: readonly PlannedFile[]): readonly (readonly string[])[] => {
  const created = new Map<string, string[]>();
  const changed: string[][] = [];
  let unchanged = 0;
  for (const { path, action } of files) {
    if (action === "unchanged") unchanged += 1;
    else if (action === "create") {
      const folder = dirname(path);
      created.set(folder, [...(created.get(folder) ?? []), basename(path)]);
    } else {
      const note = action === "replace" ? "a backup is kept beside it" : "mode or owner";
      changed.push([`  ${action}`, shown(path), note]);
    }
  }
  return [
    ...[...created].map(([folder, names]) => ["  create", `${shown(folder)}/`, names.join(" ")]),
    ...changed,
    ...(unchanged === 0 ? [] : [["  unchanged", `${unchanged} files`]]),
  ];
};

const clientCaNote = ({ issuers }: EtcdCluster): string =>
  issuers.client === issuers.peer || issuers.client === issuers.server
    ? `warning: ${issuers.client} signs clients and members alike: every peer certificate is also a client of the database. Name different CAs under etcd.issuers.`
    : `${issuers.client} signs clients and nothing else, and members trust no other CA on the client port: a stolen peer or server certificate opens no database.`;

/** What was written, and what to do with it. */
export const writeInitDone = (
  terminal: Terminal,
  cluster: EtcdCluster,
  members: EtcdCluster["members"],
  placement: Placement,
  applied: readonly AppliedChange[],
): void => {
  for (const { path, backup } of applied) {
    if (backup !== undefined) terminal.write(`  kept the old ${shown(path)} as ${shown(backup)}\n`);
  }
  const written = applied.filter(({ action }) => action !== "unchanged").length;
  terminal.write(
    written === 0 ? "everything is as the estate says\n" : `${written} files written\n`,
  );
  const advice = reloadAdvice(cluster, members, placement, applied);
  for (const { member, byItself, atStart } of advice) {
    if (byItself.length > 0) {
      terminal.say(`${member.name} takes up by itself: ${byItself.join("; ")}`);
    }
    if (atStart.length > 0) {
      terminal.say(`${member.name} needs a restart to take up: ${atStart.join("; ")}`);
    }
  }
  if (written === 0) return;
  for (const line of nextSteps(cluster, members, placement)) terminal.say(line);
};

const nextSteps = (
  cluster: EtcdCluster,
  members: EtcdCluster["members"],
  placement: Placement,
): readonly string[] => {
  const example = members[0]!;
  const { unit } = memberPaths(example);
  if (placement.kind === "in-place") {
    return [
      "next: start the members, then",
      "  certwright etcd users",
      "  certwright etcd check --in-place",
    ];
  }
  const { user, group } = cluster.owner;
  const host = example.node.addresses[0]!.value;
  const tree = shown(`${placement.folder}/${example.node.name}`);
  return [
    `next, for each member, here ${example.name}:`,
    `  scp -r ${tree}/. root@${host}:/`,
    `  ssh root@${host} 'chown ${user}:${group ?? ""} ${example.certificateDirectory}/*.key && systemctl enable --now ${unit}'`,
    "then",
    "  certwright etcd users",
    "  certwright etcd check",
  ];
};
