import type { Aborting } from "../../ports/timer.ts";

/** Wakes the one loop of a run: rung while nobody listens, it is heard at once by the next who does. */
export interface Bell {
  ring(): void;
  /** Resolves at the next ring, or at once when it rang since the last time. */
  heard(): Promise<void>;
}

export const createBell = (): Bell => {
  let rang = false;
  let wake: (() => void) | undefined;
  return {
    ring() {
      rang = true;
      wake?.();
    },
    heard: () =>
      new Promise((resolve) => {
        const hear = (): void => {
          rang = false;
          wake = undefined;
          resolve();
        };
        if (rang) hear();
        else wake = hear;
      }),
  };
};

/** The engine's own way to end a sleep early; AbortController is none of the pure rooms' words. */
export const createAborting = (): Aborting & { abort(): void } => {
  const listeners = new Set<() => void>();
  let aborted = false;
  return {
    get aborted() {
      return aborted;
    },
    addEventListener: (_type, listener) => void listeners.add(listener),
    removeEventListener: (_type, listener) => void listeners.delete(listener),
    abort() {
      if (aborted) return;
      aborted = true;
      for (const listener of listeners) listener();
      listeners.clear();
    },
  };
};
