import { call, type Answer, type Channel } from "./channel.ts";
import { prelude } from "./scripts/prelude.ts";

/** Files of kilobytes and a few small programs: milliseconds. A machine that swaps, or a disk that syncs slowly, takes seconds. */
const askDeadline = 60_000;

/** A machine whose tools are known. */
export interface Machine {
  readonly channel: Channel;
  /** The program for SHA-256. */
  readonly tool: string;
}

/** Runs one of our scripts there, as root where access says so. */
export const ask = (
  { channel, tool }: Machine,
  what: {
    readonly script: string;
    readonly words: readonly string[];
    readonly awaited: string;
    readonly input?: Uint8Array;
    readonly files?: number;
    /** For names of temporary files: the script knows it as $token. */
    readonly token?: string;
  },
): Promise<Answer> => {
  const { script, words, token, ...rest } = what;
  const whole = { ...rest, script: prelude + script, words: [tool, ...words] };
  return call(channel, { ...whole, deadline: askDeadline, sudo: "told" }, token);
};
