import type { Clock } from "../../../ports/clock.ts";
import type { Timer } from "../../../ports/timer.ts";
import type { Ask } from "./witness.ts";

/** What became of asking one server. */
export type Asked =
  | { readonly kind: "answered" }
  /** It is not there, or not able: a client goes on to another one. */
  | { readonly kind: "away"; readonly why: string }
  /** It is there and it, or we, will have none of it: a client's request has failed. */
  | { readonly kind: "refused"; readonly why: string };

/** etcdctl's own default for one command (--command-timeout). */
const requestDeadline = 5000;
/** Before all servers are asked again. */
const betweenRounds = 50;

/**
 * Each time another server first, and on to the next one where one is away, as clients and their load balancers do: a
 * request fails when nobody has answered within its deadline.
 */
export const inTurn =
  <S>(
    { clock, timer }: { readonly clock: Clock; readonly timer: Timer },
    servers: readonly S[],
    askOne: (server: S, turn: number) => Promise<Asked>,
  ): Ask =>
  async (turn) => {
    const deadline = clock.now() + requestDeadline;
    for (let i = turn; ; i++) {
      const asked = await askOne(servers[i % servers.length]!, turn);
      if (asked.kind === "answered") return undefined;
      if (asked.kind === "refused" || clock.now() >= deadline)
        return { why: asked.why, refused: asked.kind === "refused" };
      if ((i - turn) % servers.length === servers.length - 1) await timer.sleep(betweenRounds);
    }
  };
