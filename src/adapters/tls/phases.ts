import type { Phase, PhaseName } from "../../core/tls/observation.ts";

/** What a phase's work says of itself; the timers' endings are added by {@link Phases}. */
export interface Ended<T> {
  readonly ended: "done" | "failed" | "limit";
  readonly value: T;
  /** What was being waited for, should a timer have ended it. */
  readonly awaited?: string;
}

/**
 * One probe's time: a deadline over all, a timer for each phase, the caller's wish to stop. All three reach a
 * phase as one AbortSignal, upon which its work settles at once.
 */
export class Phases {
  readonly log: Phase[] = [];
  readonly #began = performance.now();
  readonly #whole = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #caller: AbortSignal | undefined;
  readonly #interrupt = (): void => this.#whole.abort("aborted");

  constructor(deadline: number, caller: AbortSignal | undefined) {
    this.#timer = setTimeout(() => this.#whole.abort("deadline"), Math.max(0, deadline));
    this.#caller = caller;
    if (caller?.aborted === true) this.#interrupt();
    else caller?.addEventListener("abort", this.#interrupt);
  }

  /** Milliseconds since the beginning, to a hundredth. */
  now(): number {
    return Math.round((performance.now() - this.#began) * 100) / 100;
  }

  /** Runs one phase; what it resolves with is also resolved with when it was cut short, as far as it got. */
  async run<T>(
    name: PhaseName,
    limit: number,
    work: (signal: AbortSignal) => Promise<Ended<T>>,
  ): Promise<T> {
    const start = this.now();
    const own = new AbortController();
    const cut = (): void => own.abort(this.#whole.signal.reason);
    if (this.#whole.signal.aborted) cut();
    this.#whole.signal.addEventListener("abort", cut);
    const timer = setTimeout(() => own.abort("timeout"), limit);
    const { ended, value, awaited } = await work(own.signal);
    clearTimeout(timer);
    this.#whole.signal.removeEventListener("abort", cut);
    const late = ended !== "done" && own.signal.aborted;
    this.log.push({
      name,
      start,
      end: this.now(),
      ended: late ? (own.signal.reason as "timeout" | "deadline" | "aborted") : ended,
      ...(late && awaited !== undefined ? { awaited } : {}),
    });
    return value;
  }

  /** The last phase came to what it wanted, so that a next one makes sense. */
  get healthy(): boolean {
    return this.log.at(-1)?.ended === "done";
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener("abort", this.#interrupt);
  }
}
