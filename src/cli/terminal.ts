import { styleText } from "node:util";
import type { Instant } from "../core/model/certificate.ts";

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

/** The terminal of this process. */
export const processTerminal = (): ProcessTerminal => {
  const controller = new AbortController();
  let leftBehind = "nothing was changed";
  return {
    env: process.env,
    // A getter, because opening stdin costs time and can keep the process alive.
    get stdin() {
      return process.stdin;
    },
    columns: process.stdout.isTTY ? process.stdout.columns : undefined,
    interrupted: controller.signal,
    now: () => Date.now(),
    write: (text) => void process.stdout.write(text),
    say: (line) => void process.stderr.write(`${line}\n`),
    style: (style, text) => styleText(style, text, { stream: process.stdout }),
    emphasize: (style, text) => styleText(style, text, { stream: process.stderr }),
    progress,
    leaving: (words) => {
      leftBehind = words;
    },
    get leftBehind() {
      return leftBehind;
    },
    interrupt: () => controller.abort(),
  };
};

const progress = (words: string): (() => void) => {
  const started = performance.now();
  const redraw = process.stderr.isTTY;
  let shown = false;
  const show = () => {
    const seconds = Math.round((performance.now() - started) / 1000);
    if (redraw) process.stderr.write(`\r\x1b[K${words} … ${seconds} s`);
    else if (!shown) process.stderr.write(`${words} …\n`);
    shown = true;
  };
  const timer = setInterval(show, progressAfterMilliseconds);
  timer.unref();
  return () => {
    clearInterval(timer);
    if (shown && redraw) process.stderr.write("\r\x1b[K");
  };
};
