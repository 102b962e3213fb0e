import { singleKey } from "../../../core/estate/key-range.ts";
import type { EtcdCluster } from "../../../core/model/estate.ts";
import type { EtcdAnswer } from "../../../ports/etcd.ts";
import { clientTarget } from "../../etcd/connect.ts";
import { whyOf } from "../attempt.ts";
import type { Standpoint } from "../look.ts";
import { inTurn } from "./in-turn.ts";
import type { Ask } from "./witness.ts";

/** For one member, so that another one can still be asked. */
const memberDeadline = 1000;

/**
 * A client of etcd, whose credentials are asked for before each request: a rotation changes what is shown and what is
 * trusted. `writes`: it also removes a key that nobody has, which is a write to etcd and changes no data.
 */
export const etcdClient = (
  { ports, credentials }: Pick<Standpoint, "ports" | "credentials">,
  { members }: EtcdCluster,
  writes: boolean,
): Ask =>
  inTurn(ports, members, async (member, turn) => {
    try {
      const connection = await ports.etcd.connect(
        clientTarget(member),
        await credentials.root(),
        memberDeadline,
      );
      const writing = writes && turn % 2 === 1;
      const answer: EtcdAnswer<bigint> = await (
        writing ? connection.remove(nobodysKey) : connection.count(nobodysKey)
      ).finally(() => connection.close());
      if (answer.ok) return { kind: "answered" };
      return { kind: "away", why: `${member.name}: ${answer.message} (${answer.code})` };
    } catch (error) {
      return { kind: "away", why: `${member.name}: ${whyOf(error)}` };
    }
  });

/** Asked for and removed, never written. */
const nobodysKey = singleKey("certwright/witness");
