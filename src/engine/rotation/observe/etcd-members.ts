import type { Claim } from "../../../core/model/claim.ts";
import type { EtcdListedMember } from "../../../ports/etcd.ts";
import type { Look, MemberState } from "../look.ts";
import { nodeOf } from "../perform/files-make.ts";
import { ownProcess } from "../process.ts";
import { fails, holds, unknowable, type Seen } from "./seen.ts";

// Who is a member of etcd, as its members and the machines tell.

/** Members that have a leader, so that what they say of the others counts. */
export const led = (members: readonly MemberState[]): readonly MemberState[] =>
  members.filter(({ status, read }) => status.ok && status.value.leaderId !== 0n && read.ok);

/** A list that has one name and is told by that one, which answers a linearizable read: it is a quorum by itself. */
export const observeLoneMember = async (
  look: Look,
  { node }: Extract<Claim, { kind: "lone-member" }>,
): Promise<Seen> => {
  const own = led(await look.members()).find(({ member }) => member.name === node);
  if (own === undefined) return fails("api", `${node}'s member has no leader`);
  const listed = await look.asRoot(own.member, (one) => one.members());
  if (!listed.ok) return unknowable(listed.message);
  const words = namesOf(listed.value);
  return listed.value.length === 1
    ? holds("api", `its members: ${words}`)
    : fails("api", `its members: ${words}`);
};

export const observeMemberAwaited = async (
  look: Look,
  { peerUrl }: Extract<Claim, { kind: "member-awaited" }>,
): Promise<Seen> => {
  const [through] = led(await look.members());
  if (through === undefined) return fails("api", "no member has a leader");
  const listed = await look.asRoot(through.member, (one) => one.members());
  if (!listed.ok) return unknowable(listed.message);
  const awaited = listed.value.some(
    ({ name, peerUrls }) => name === "" && peerUrls.includes(peerUrl),
  );
  const words = `as ${through.member.name} tells: ${namesOf(listed.value)}`;
  return awaited ? holds("api", words) : fails("api", words);
};

const namesOf = (members: readonly EtcdListedMember[]): string =>
  members
    .map(({ name, peerUrls }) => (name === "" ? `${peerUrls.join(" ")} (awaited)` : name))
    .join(", ");

export const observeVacant = async (
  look: Look,
  { node, directory, manifest }: Extract<Claim, { kind: "vacant" }>,
): Promise<Seen> =>
  look.at.sessions.use(nodeOf({ look }, node), async (session) => {
    // With a manifest there the kubelet is about to start one over the empty folder.
    if (manifest !== undefined && (await session.facts(manifest)) !== undefined)
      return fails("read-back", `${manifest} is there`, node);
    const process = await ownProcess(session, "etcd");
    if (process !== undefined) return fails("process", `process ${process.pid} runs`, node);
    const path = `${directory}/member`;
    const { code } = await session.run(["test", "-e", path], { deadline: look.at.deadline });
    return code === 0
      ? fails("read-back", `${path} is there`, node)
      : holds("read-back", `no etcd runs, and ${path} is not there`, node);
  });

/** Its log is the last thing that etcdutl makes (etcdutl/snapshot/v3_snapshot.go: Restore), and it ends by itself. */
export const observeDataThere = async (
  look: Look,
  { node, directory, from }: Extract<Claim, { kind: "data-there" }>,
): Promise<Seen> =>
  look.at.sessions.use(nodeOf({ look }, node), async (session) => {
    const path = `${directory}/member/wal`;
    const { code } = await session.run(["test", "-d", path], { deadline: look.at.deadline });
    if (code !== 0) return fails("read-back", `${path} is not there`, node);
    if (from !== undefined) {
      // Else what is there is of another one: what a start over an empty folder has made.
      const left = await session.run(["test", "-e", `${from}/member`], {
        deadline: look.at.deadline,
      });
      if (left.code === 0) return fails("read-back", `${from}/member is there still`, node);
    }
    const process = await ownProcess(session, "etcdutl");
    return process === undefined
      ? holds("read-back", `${path} is there, and no etcdutl runs`, node)
      : fails("process", `etcdutl runs: process ${process.pid}`, node);
  });
