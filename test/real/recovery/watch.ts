import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** What came of asking one URL all the time. */
export interface Watched {
  readonly url: string;
  readonly tried: number;
  readonly failures: readonly { readonly at: number; readonly why: string }[];
  /** Longest time without an answer, in milliseconds: from the last that came to the next. */
  readonly longestGap: number;
  /** When that ended. */
  readonly gapEnded: number;
}

export interface Watch extends AsyncDisposable {
  /** So far. */
  seen(): readonly Watched[];
  /** The same at the end. */
  stop(): Promise<readonly Watched[]>;
}

interface Attempt {
  readonly url: string;
  readonly at: number;
  readonly until: number;
  readonly why?: string;
}

/** Asks these URLs all the time; `pid`: from the network of that process. */
export const watch = (urls: readonly string[], pid?: number): Watch => {
  const program = [process.execPath, join(import.meta.dirname, "probe.ts"), ...urls];
  const [file, ...words] =
    pid === undefined ? program : ["nsenter", "--target", String(pid), "--net", "--", ...program];
  const child = spawn(file!, words, { stdio: ["pipe", "pipe", "inherit"] });
  const attempts = new Map<string, Attempt[]>(urls.map((url) => [url, []]));
  createInterface({ input: child.stdout }).on("line", (line) => {
    const attempt = JSON.parse(line) as Attempt;
    attempts.get(attempt.url)!.push(attempt);
  });
  const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const seen = (): readonly Watched[] =>
    [...attempts].map(([url, all]) => {
      const { longestGap, gapEnded } = gapIn(all);
      const failures = all.flatMap(({ at, why }) => (why === undefined ? [] : [{ at, why }]));
      return { url, tried: all.length, failures, longestGap, gapEnded };
    });
  const stop = async (): Promise<readonly Watched[]> => {
    child.stdin.end();
    await gone;
    return seen();
  };
  return {
    seen,
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
    },
  };
};

/** Between two answers with failures between them; 0 when none failed. */
const gapIn = (attempts: readonly Attempt[]): Pick<Watched, "longestGap" | "gapEnded"> => {
  let last = attempts[0]?.at ?? 0;
  let failed = false;
  let longest = 0;
  let ended = 0;
  for (const { until, why } of attempts) {
    if (why !== undefined) failed = true;
    if (failed && until - last > longest) [longest, ended] = [until - last, until];
    if (why !== undefined) continue;
    last = until;
    failed = false;
  }
  return { longestGap: longest, gapEnded: ended };
};
