import type { Claim } from "../../../core/model/claim.ts";
import type { EtcdMember } from "../../../core/model/estate.ts";
import { attempt } from "../attempt.ts";
import type { Look } from "../look.ts";
import { fails, holds, unknowable, type Seen } from "./seen.ts";

/** A member that is behind refuses a revision from its future; how often it is asked again. */
const attempts = 20;
const pause = 250;

/** The members' hashes of all keys and their histories up to one revision that each of them has. */
export const observeSameData = async (
  look: Look,
  { group, cluster }: Extract<Claim, { kind: "same-data" }>,
): Promise<Seen> => {
  const { etcd, etcdGroup } = look.at.layout;
  if (etcd === undefined || group !== etcdGroup) {
    return unknowable(`the estate has no group of etcd members ${group}`);
  }
  const { members } = etcd;
  if (cluster !== undefined) {
    const other = await ofAnother(look, cluster);
    if (other !== undefined) return other;
  }
  const first = await hashOf(look, members[0]!, 0n);
  if (!first.ok) return unknowable(first.why);
  const { revision } = first.value;
  const others = await Promise.all(
    members.slice(1).map((member) => hashOf(look, member, revision)),
  );
  // The first member once more: the first answer was for the revision it had, with what came meanwhile.
  const all = [await hashOf(look, members[0]!, revision), ...others];
  const unseen = all.find((one) => !one.ok);
  if (unseen !== undefined && !unseen.ok) return unknowable(unseen.why);
  const hashes = all.flatMap((one) => (one.ok ? [one.value] : []));
  const words = members.map(({ name }, i) => `${name} ${hashes[i]!.hash.toString(16)}`).join(", ");
  const same = hashes.every(
    ({ hash, compactRevision }) =>
      hash === hashes[0]!.hash && compactRevision === hashes[0]!.compactRevision,
  );
  return same
    ? holds(
        "api",
        `at revision ${revision}${cluster === undefined ? "" : ` of cluster ${cluster}`}: ${words}`,
      )
    : fails("api", `at revision ${revision} they differ: ${words}`);
};

/** Undefined when every member is of that cluster. */
const ofAnother = async (look: Look, cluster: string): Promise<Seen | undefined> => {
  for (const { member, status } of await look.members()) {
    if (!status.ok) return unknowable(`${member.name}: ${status.why}`);
    const id = status.value.clusterId.toString(16);
    if (id !== cluster) return fails("api", `${member.name} is of cluster ${id}, not ${cluster}`);
  }
  return undefined;
};

interface DataHash {
  readonly hash: number;
  readonly revision: bigint;
  readonly compactRevision: bigint;
}

const hashOf = async (
  look: Look,
  member: EtcdMember,
  revision: bigint,
): Promise<
  { readonly ok: true; readonly value: DataHash } | { readonly ok: false; readonly why: string }
> => {
  let why = "";
  for (let i = 0; i < attempts; i += 1) {
    const asked = await attempt(() => look.asRoot(member, (one) => one.hashKv(revision)));
    if (asked.ok && asked.value.ok) return { ok: true, value: asked.value.value };
    why = asked.ok && !asked.value.ok ? asked.value.message : asked.ok ? "" : asked.why;
    if (!why.includes("future revision")) break;
    await look.at.ports.timer.sleep(pause);
  }
  return { ok: false, why: `${member.name}: ${why}` };
};
