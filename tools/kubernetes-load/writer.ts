import type { Client } from "../load/clients.ts";
import type { Endpoint } from "./connection.ts";
import { request, type Caller, type Surroundings } from "./failover.ts";
import { configMapOf } from "./objects.ts";

export interface WriterOptions {
  readonly caller: Caller;
  readonly every: number;
  /** The servers of a turn, the first to be asked first. */
  readonly at: (turn: number) => readonly Endpoint[];
}

const valueIn = (body: string): string | undefined =>
  (JSON.parse(body) as { data?: { value?: string } }).data?.value;

/** Writes to a ConfigMap of its own, and reads back what it has written. */
export const writer = (around: Surroundings, { caller, every, at }: WriterOptions): Client => {
  const { client } = caller;
  const { recorder } = around;
  const path = configMapOf(client);
  // Another value than an earlier load's, or nothing would change.
  const begun = Date.now();
  return {
    name: client,
    every,
    work: async (turn) => {
      const value = `${begun}-${turn}`;
      const patched = await request(around, caller, at(turn), {
        operation: "patch",
        method: "PATCH",
        path,
        body: JSON.stringify({ data: { value } }),
        look: { path, wasDone: (body) => valueIn(body) === value },
      });
      const read = await request(around, caller, at(turn + 1), {
        operation: "get",
        method: "GET",
        path,
      });
      if (patched === undefined || read === undefined) return;
      // A read without a resourceVersion is of what etcd has, and nobody else writes there.
      const found = valueIn(read);
      if (found === value) return;
      const now = recorder.now();
      recorder.add({
        client,
        operation: "get",
        startedAt: now,
        endedAt: now,
        phase: recorder.phase,
        endpoint: "any",
        tries: 1,
        inDoubt: false,
        result: "failed",
        why: `read ${found}, ${value} was written`,
      });
    },
  };
};
