import { PassThrough, type Readable } from "node:stream";
import { commands } from "../../../../src/cli/commands/index.ts";
import { run } from "../../../../src/cli/run.ts";
import type { Terminal } from "../../../../src/cli/terminal.ts";
import type { Situation } from "./lab-case.ts";

/** What `certwright doctor -o json` printed, as far as cases look at it. */
export interface Told {
  readonly fault: string;
  readonly text: string;
  readonly side: string;
  readonly subject: string;
  readonly certainty: string;
  readonly evidence: readonly string[];
  readonly fix: string;
  readonly also: readonly { readonly fault: string; readonly text: string }[];
  readonly elsewhere: readonly { readonly fault: string; readonly of: string }[];
}

export interface Call {
  readonly exit: number;
  readonly told: Told;
  readonly milliseconds: number;
}

/** Runs the command line `certwright doctor …` in this process: hundreds of cases need not start Node each. */
export const callDoctor = async ({ args, env = {}, stdin = "" }: Situation): Promise<Call> => {
  let written = "";
  const input = new PassThrough();
  input.end(stdin);
  const terminal: Terminal = {
    env,
    stdin: input as Readable as NodeJS.ReadStream,
    columns: undefined,
    interrupted: new AbortController().signal,
    now: () => Date.now(),
    write: (text) => {
      written += String(text);
    },
    say: () => undefined,
    style: (_style, text) => text,
    emphasize: (_style, text) => text,
    progress: () => () => undefined,
    leaving: () => undefined,
    takeInterruption: () => () => undefined,
    canvas: undefined,
  };
  const started = performance.now();
  const exit = await run(commands, ["doctor", "-o", "json", ...args], terminal);
  const milliseconds = performance.now() - started;
  return { exit, told: JSON.parse(written) as Told, milliseconds };
};
