import { setTimeout as pause } from "node:timers/promises";
import type { LoadSummary, RequestRecord } from "./record.ts";

/** Clients of every kind that ask until they are told to stop. */
export interface Load extends AsyncDisposable {
  /** Requests begun from now on belong to this phase. */
  enter(phase: string): void;
  /** Requests begun so far. */
  count(): number;
  /** Those that have failed so far. */
  failures(): readonly RequestRecord[];
  /**
   * Ends all clients, waits until the watches have what was written, and gives what came of it. Disposing of a load ends
   * one that nobody has stopped: its clients would go on for ever.
   */
  stop(): Promise<LoadSummary>;
}

export interface Client {
  readonly name: string;
  /** One turn; counted from 0. What goes wrong is recorded, not thrown. */
  readonly work: (turn: number) => Promise<void>;
  /** Milliseconds between the end of one turn and the next. */
  readonly every: number;
}

/** Lets all clients work beside each other. The function that it returns ends them after their present turn. */
export const startClients = (clients: readonly Client[]): (() => Promise<void>) => {
  const stopping = new AbortController();
  const running = clients.map(async ({ work, every }) => {
    for (let turn = 0; !stopping.signal.aborted; turn++) {
      await work(turn);
      await pause(every);
    }
  });
  return async () => {
    stopping.abort();
    await Promise.all(running);
  };
};
