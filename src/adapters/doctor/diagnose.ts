import { casesOf } from "../../core/diagnosis/analyse.ts";
import type { Connected } from "../../core/diagnosis/connection-made.ts";
import { decide } from "../../core/diagnosis/decide.ts";
import { faults } from "../../core/diagnosis/faults/index.ts";
import { readLog } from "../../core/diagnosis/log/read-log.ts";
import type { LogEvent } from "../../core/diagnosis/log/event.ts";
import type { Verdict } from "../../core/diagnosis/verdict.ts";
import { digests } from "../crypto/node-digests.ts";
import { verifySignature } from "../crypto/node-verify.ts";
import { readFileBounded } from "../files/read.ts";
import { readStdin } from "../source/stdin.ts";
import { gather } from "./gather.ts";
import type { DoctorOptions } from "./options.ts";
import type { Surroundings } from "./part.ts";

/** What doctor uses of the process it runs in. */
export interface Bedside {
  readonly env: Surroundings["env"];
  readonly stdin: () => NodeJS.ReadStream;
  readonly interrupted: AbortSignal;
  /** Hears of every connection that was tried, as it ends. */
  readonly connected: Connected;
}

/**
 * Gathers, thinks, decides. Throws file.* and source.* only for a log that was asked for and cannot be read;
 * everything else that goes wrong is part of the verdict.
 */
export const diagnose = async (
  words: readonly string[],
  options: DoctorOptions,
  { env, stdin, interrupted, connected }: Bedside,
): Promise<Verdict> => {
  const log: LogEvent[] = [];
  const logs = [{ path: options.log }, { path: options.serverLog, side: "server" as const }];
  for (const { path, side } of logs) {
    if (path === undefined) continue;
    const bytes =
      path === "-"
        ? await readStdin(stdin(), options.timeout, interrupted)
        : readFileBounded(path).bytes;
    log.push(...readLog(bytes, path === "-" ? "standard input" : path, side));
  }
  const gathered = await gather(words, options, env, log, interrupted, connected);
  return decide(casesOf(gathered, { digests, verifySignature }), faults);
};
