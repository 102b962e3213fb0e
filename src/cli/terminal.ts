import { styleText } from "node:util";
import type { Instant } from "../core/model/certificate.ts";
import { isColoured, isTerminal, stderr, stdout, writeAll } from "./descriptor.ts";

type Style = Parameters<typeof styleText>[0];

/** What a command may use of the process it runs in. Data goes to stdout, words go to stderr. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: NodeJS.ReadStream;
  /** Set when stdout is a terminal: its width in columns. */
  readonly columns: number | undefined;
  /** Aborts on Ctrl-C or SIGTERM. Whoever waits passes it on. */
  readonly interrupted: AbortSignal;
  now(): Instant;
  /** Writes data to stdout, as it is. */
  write(text: string | Uint8Array): void;
  /** Writes one line of words for a person to stderr. */
  say(line: string): void;
  /** Colours text for stdout; plain when it is not a terminal or NO_COLOR is set. */
  style(style: Style, text: string): string;
  /** The same for stderr. */
  emphasize(style: Style, text: string): string;
  /** Shows on stderr, once it has taken more than a second, what is being waited for; returns what ends it. */
  progress(words: string): () => void;
  /** Says what an interruption now would leave behind: "member etcd-1 is written, etcd-2 and etcd-3 are not". */
  leaving(words: string): void;
}

/** Only what lasts longer than this is worth a progress line. */
const progressAfterMilliseconds = 1000;

export interface ProcessTerminal extends Terminal {
  /** What an interruption leaves behind, in words. */
  readonly leftBehind: string;
  interrupt(): void;
}

/** The terminal of this process. `outputFailed` is told when stdout cannot be written; it does not return. */
export const processTerminal = (
  outputFailed: (error: NodeJS.ErrnoException) => never,
): ProcessTerminal => {
  // Made when first asked for: an AbortController costs a millisecond of start.
  let controller: AbortController | undefined;
  const controlled = () => (controller ??= new AbortController());
  let leftBehind = "nothing was changed";
  const { env } = process;
  return {
    env,
    // A getter, because opening stdin costs time and can keep the process alive.
    get stdin() {
      return process.stdin;
    },
    get columns() {
      return isTerminal(stdout) ? process.stdout.columns : undefined;
    },
    get interrupted() {
      return controlled().signal;
    },
    now: () => Date.now(),
    write: (text) => {
      try {
        writeAll(stdout, text);
      } catch (error) {
        outputFailed(error as NodeJS.ErrnoException);
      }
    },
    say,
    style: (style, text) => coloured(isColoured(stdout, env), style, text),
    emphasize: (style, text) => coloured(isColoured(stderr, env), style, text),
    progress,
    leaving: (words) => {
      leftBehind = words;
    },
    get leftBehind() {
      return leftBehind;
    },
    interrupt: () => controlled().abort(),
  };
};

const coloured = (wanted: boolean, style: Style, text: string): string =>
  wanted ? styleText(style, text, { validateStream: false }) : text;

const say = (line: string): void => {
  try {
    writeAll(stderr, `${line}\n`);
  } catch {
    // Nobody can be told.
  }
};

const progress = (words: string): (() => void) => {
  // Not performance.now: the first use of `performance` loads 2 ms of node:perf_hooks.
  const started = process.uptime();
  let shown = false;
  const redraws = () => isTerminal(stderr);
  const show = () => {
    const seconds = Math.round(process.uptime() - started);
    if (redraws()) process.stderr.write(`\r\x1b[K${words} … ${seconds} s`);
    else if (!shown) say(`${words} …`);
    shown = true;
  };
  const timer = setInterval(show, progressAfterMilliseconds);
  timer.unref();
  return () => {
    clearInterval(timer);
    if (shown && redraws()) process.stderr.write("\r\x1b[K");
  };
};
