import type { AppliedChange, DesiredFile, Files } from "../../../ports/files.ts";
import type { Folders } from "../../../ports/folders.ts";
import type { Authority } from "../../authority/authority.ts";
import {
  desiredPublicFile,
  keptPairFiles,
  neededFolders,
  pairFiles,
  publicFiles,
} from "./files.ts";
import type { InitContext, InitPlan, PlannedPair } from "./survey.ts";

/**
 * Creates, issues and writes what the plan says. A certificate is in the authority's store before its files are
 * written; whoever is stopped in between runs the command again, and only what is missing is issued once more.
 */
export const carryOutInit = async (
  plan: InitPlan,
  context: InitContext,
  authority: Authority,
  folders: Folders,
): Promise<readonly AppliedChange[]> => {
  const { cluster, members, placement, files } = context;
  // First what can fail for want of a permission: nothing is issued in vain then.
  for (const folder of neededFolders(cluster, members, placement)) await folders.make(folder);
  for (const { name, action } of plan.issuers) {
    // Room for one CA below: the next generation's certificate under this one's signature, by which a rotation needs one
    // restart of each member in the place of two (RFC 5280 section 4.2.1.9; docs/decisions/0006).
    if (action === "create") await authority.createRoot({ name, pathLength: 1 });
  }
  const desired: DesiredFile[] = [];
  for (const planned of plan.pairs) desired.push(...(await filesOf(planned, authority, files)));
  const issuers = new Map((await authority.issuers()).map((issuer) => [issuer.name, issuer]));
  for (const { path, text } of publicFiles(cluster, members, placement, issuers)) {
    if (text !== undefined) desired.push(desiredPublicFile(path, text));
  }
  return files.apply(await files.plan(desired), desired);
};

const filesOf = async (
  { pair, verdict }: PlannedPair,
  authority: Authority,
  files: Files,
): Promise<readonly DesiredFile[]> => {
  if (!verdict.keep) return pairFiles(pair, await authority.issue(pair.order));
  const certificate = await files.read(pair.certificate);
  const key = await files.read(pair.key);
  return keptPairFiles(pair, { certificate: certificate.bytes, key: key.bytes });
};
