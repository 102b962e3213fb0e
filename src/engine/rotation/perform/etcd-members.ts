import { failure } from "../../../core/errors/certwright-error.ts";
import type { Effect } from "../../../core/model/plan.ts";
import type { NodeSession } from "../../../ports/node.ts";
import type { Performed } from "../../../ports/world.ts";
import { required } from "../../etcd/connect.ts";
import { led } from "../observe/etcd-members.ts";
import { ownProcess } from "../process.ts";
import { nodeOf } from "./files-make.ts";
import type { Hands } from "./hands.ts";
import { done, unknown } from "./outcome.ts";

/** A kubelet looks at its folder every 20 s at the latest (FileCheckFrequency) and gives a pod 30 s to end; twice that. */
const endDeadline = 100_000;
const endPause = 500;
const runDeadline = 10_000;

/** Nothing is deleted: the manifest is in the copy, and the data only gets another name. */
export const vacateEtcd = async (
  hands: Hands,
  { node, manifest, directory, aside }: Extract<Effect, { kind: "etcd.vacate" }>,
): Promise<Performed> => {
  try {
    await hands.at.sessions.use(nodeOf(hands, node), async (session) => {
      await takeAway(hands, session, manifest);
      const path = `${directory}/member`;
      const { code } = await session.run(["test", "-e", path], { deadline: runDeadline });
      if (code === 0) await must(session, path, ["mv", path, aside]);
      // As kubeadm makes it (cmd/kubeadm/app/util/etcd: CreateDataDirectory); a kubelet would open it to all.
      await must(session, directory, ["mkdir", "-p", "-m", "700", directory]);
    });
    return done;
  } catch (error) {
    return unknown(error);
  }
};

/** One rename, so that what lies there is never half of it. */
export const placeEtcdData = async (
  hands: Hands,
  { node, manifest, from, directory }: Extract<Effect, { kind: "etcd.data-place" }>,
): Promise<Performed> => {
  try {
    await hands.at.sessions.use(nodeOf(hands, node), async (session) => {
      await takeAway(hands, session, manifest);
      const path = `${from}/member`;
      const { code } = await session.run(["test", "-e", path], { deadline: runDeadline });
      if (code === 0) await must(session, path, ["mv", "-T", path, `${directory}/member`]);
    });
    return done;
  } catch (error) {
    return unknown(error);
  }
};

const takeAway = async (hands: Hands, session: NodeSession, manifest: string): Promise<void> => {
  const there = await session.facts(manifest);
  if (there !== undefined) await session.remove(manifest, there.digest);
  await untilEnded(hands, session);
};

const must = async (
  session: NodeSession,
  path: string,
  words: readonly string[],
): Promise<void> => {
  const { code, stderr } = await session.run(words, { deadline: runDeadline });
  if (code !== 0)
    throw failure("recovery.not-set-aside", { node: session.name, path, why: stderr.trim() });
};

const untilEnded = async ({ at, meanwhile }: Hands, session: NodeSession): Promise<void> => {
  const { clock, timer } = at.ports;
  const end = clock.now() + endDeadline;
  const running = async (): Promise<boolean> =>
    (await ownProcess(session, "etcd")) !== undefined ||
    (await ownProcess(session, "etcdutl")) !== undefined;
  while (await running()) {
    if (clock.now() > end)
      throw failure("recovery.etcd-runs-on", { node: session.name, seconds: endDeadline / 1000 });
    meanwhile.tell(`etcd on ${session.name} is awaited to end`);
    await timer.sleep(endPause);
  }
};

/**
 * A member that has lost its data must not come back under its number: what it had promised the others it does not know
 * any more (etcd docs/op-guide/runtime-configuration: Replace a failed machine). Removed first, so that the living ones
 * stay a majority of one member less; added as a learner, because a voting one that has not started takes the majority
 * away from a single living one.
 */
export const renewMember = async (
  { look }: Hands,
  { node, peerUrl }: Extract<Effect, { kind: "etcd.member-renew" }>,
): Promise<Performed> => {
  try {
    const through = led(await look.members()).find(({ member }) => member.name !== node);
    if (through === undefined) throw failure("recovery.no-quorum", { node });
    const { member } = through;
    const listed = required(
      await look.asRoot(member, (one) => one.members()),
      "list its members",
      member,
    );
    const own = listed.filter(({ name, peerUrls }) => name === node || peerUrls.includes(peerUrl));
    for (const { id, name } of own)
      if (name !== "")
        required(
          await look.asRoot(member, (one) => one.removeMember(id)),
          `remove the member ${name}`,
          member,
        );
    if (own.some(({ name }) => name === "")) return done;
    required(
      await look.asRoot(member, (one) => one.addLearner(peerUrl)),
      `add a learner ${peerUrl}`,
      member,
    );
    return done;
  } catch (error) {
    return unknown(error);
  }
};

/** It gets a snapshot first: 8 GB, etcd's advised limit, at 100 MB a second. */
const catchUpDeadline = 120_000;
const catchUpPause = 1000;

/** etcd refuses while it has not caught up (server/etcdserver: ErrLearnerNotReady); so it is asked until it does not. */
export const promoteMember = async (
  { look, at, meanwhile }: Hands,
  { node, peerUrl }: Extract<Effect, { kind: "etcd.member-promote" }>,
): Promise<Performed> => {
  try {
    const through = led(await look.members()).find(({ member }) => member.name !== node);
    if (through === undefined) throw failure("recovery.no-quorum", { node });
    const { member } = through;
    const listed = await look.asRoot(member, (one) => one.members());
    const own = required(listed, "list its members", member).find(({ peerUrls }) =>
      peerUrls.includes(peerUrl),
    );
    if (own?.learner === false) return done;
    const { clock, timer } = at.ports;
    const end = clock.now() + catchUpDeadline;
    for (;;) {
      const answer = await look.asRoot(member, (one) => one.promoteMember(own?.id ?? 0n));
      if (answer.ok) return done;
      meanwhile.tell(`${node}'s member is awaited to have the data: ${answer.message}`);
      if (clock.now() > end) required(answer, `let ${node}'s member vote`, member);
      await timer.sleep(catchUpPause);
    }
  } catch (error) {
    return unknown(error);
  }
};
