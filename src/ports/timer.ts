/** Passing time on purpose; the simulator's is virtual. */
export interface Timer {
  /** Resolves after so many milliseconds, or earlier when the signal aborts. */
  sleep(milliseconds: number, signal?: Aborting): Promise<void>;
}

/** The part of an AbortSignal that the pure rooms may see. */
export interface Aborting {
  readonly aborted: boolean;
  addEventListener(
    type: "abort",
    listener: () => void,
    options?: { readonly once?: boolean },
  ): void;
  removeEventListener(type: "abort", listener: () => void): void;
}
