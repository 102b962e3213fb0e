import { failure } from "../../core/errors/certwright-error.ts";
import { casesOf, waitsFor, type Situation } from "../../core/recovery/cases.ts";
import { membersData } from "../../core/recovery/members-data.ts";
import { treeCas } from "../../core/recovery/tree.ts";
import type { RestoreChoice } from "./restore-choice.ts";
import { issuerOfCa } from "./kept-cas.ts";

/**
 * Everything that speaks against the first write. `chosen`: the operator has named the nodes; `restoreFrom`: and the one
 * with whose etcd data the cluster goes on. Throws recovery.*.
 */
export const refuseBeforeWriting = (
  situation: Situation,
  { chosen, restoreFrom }: { readonly chosen: boolean; readonly restoreFrom: string | undefined },
): void => {
  const { facts } = situation;
  const leading = waitsFor(situation, restoreFrom);
  if (leading !== undefined)
    throw failure("recovery.first", {
      found: leading.id,
      title: leading.title,
      remedy: leading.remedy,
    });
  // A worker that is not reached is named by the verdict, and is recovered another time.
  const named = facts.nodes.filter(({ role }) => role !== "worker" || facts.nodes.length === 1);
  const unseen = named.filter(({ reachable }) => !reachable);
  if (unseen.length > 0)
    throw failure("recovery.unreachable", {
      nodes: unseen.map(({ name, why = "" }) => ({ node: name, why })),
    });
  const others = named.filter(({ role }) => role !== "master");
  if (others.length > 0)
    throw failure("recovery.not-a-master", { nodes: others.map(({ name }) => name) });
  if (!chosen) refuseMissingMembers(situation);
  refuseUnwritable(situation);
  const kept = facts.kept.find(
    ({ ca, notAfter }) => treeCas.some((one) => one === ca) && notAfter < facts.takenAt,
  );
  if (kept !== undefined)
    throw failure("recovery.kept-expired", {
      issuer: issuerOfCa[kept.ca as keyof typeof issuerOfCa],
    });
};

/**
 * What was a member once may still be found in the data, so that this only speaks against a node that nobody chose.
 * Without its other members a member of etcd has no quorum, and their nodes may have what is lost here.
 */
const refuseMissingMembers = ({ facts, masters }: Situation): void => {
  const { unseen } = membersData(facts);
  if (unseen.length > 0) throw failure("recovery.masters-left-out", { unseen, named: masters });
};

/**
 * A decision that is not there to be made: data that nobody has, or a quorum that is there or may be where nobody looked.
 * `chosen`: the operator has named the nodes. Throws recovery.not-all-named, recovery.masters-left-out,
 * recovery.no-such-data, recovery.no-snapshot, recovery.quorum-there.
 */
export const refuseOtherData = (
  situation: Situation,
  { node, path, chosen }: Pick<RestoreChoice, "node" | "path"> & { readonly chosen: boolean },
): void => {
  const { whole, unseen } = membersData(situation.facts);
  if (!chosen) throw failure("recovery.not-all-named", { node });
  if (unseen.length > 0)
    throw failure("recovery.masters-left-out", { unseen, named: situation.masters });
  if (path === undefined && !whole.includes(node))
    throw failure("recovery.no-such-data", { asked: node, whole });
  if (path !== undefined && !situation.masters.includes(node))
    throw failure("recovery.no-snapshot", {
      node,
      path,
      why: `the control plane nodes that were reached are ${situation.masters.join(", ")}`,
    });
  if (!casesOf(situation).some(({ id }) => id === "quorum-lost"))
    throw failure("recovery.quorum-there", { asked: node });
};

const refuseUnwritable = ({ facts }: Situation): void => {
  for (const { name, readOnly = [], room } of facts.nodes) {
    if (readOnly.length > 0) throw failure("recovery.read-only", { node: name, paths: readOnly });
    if (room !== undefined && room.free < room.needed)
      throw failure("recovery.no-room", { node: name, ...room });
  }
};
