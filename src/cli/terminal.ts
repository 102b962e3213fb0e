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
  /**
   * Takes Ctrl-C over: the first one tells the listener and nothing else, for the command comes to its own end and
   * gives its own exit code; a second one leaves at once. Returns what gives it back.
   */
  takeInterruption(listener: () => void): () => void;
  /** Set when stderr is a terminal that can be drawn on again. */
  readonly canvas: Canvas | undefined;
}

/** Lines at the bottom of the terminal that are drawn anew each time; what is said meanwhile goes above them. */
export interface Canvas {
  readonly columns: number;
  readonly rows: number;
  draw(lines: readonly string[]): void;
  /** Leaves what is drawn where it is; what is said from now on goes below. */
  leave(): void;
}

/** Only what lasts longer than this is worth a progress line. */
const progressAfterMilliseconds = 1000;

export interface ProcessTerminal extends Terminal {
  /** What an interruption leaves behind, in words. */
  readonly leftBehind: string;
  /** Whether the command has taken the interruption over. */
  interrupt(): boolean;
}

/** The terminal of this process. `outputFailed` is told when stdout cannot be written; it does not return. */
export const processTerminal = (
  outputFailed: (error: NodeJS.ErrnoException) => never,
): ProcessTerminal => {
  // Made when first asked for: an AbortController costs a millisecond of start.
  let controller: AbortController | undefined;
  const controlled = () => (controller ??= new AbortController());
  let leftBehind = "nothing was changed";
  let taken: (() => void) | undefined;
  const canvas = createCanvas();
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
    say: (line) => canvas.above(() => say(line)),
    style: (style, text) => coloured(isColoured(stdout, env), style, text),
    emphasize: (style, text) => coloured(isColoured(stderr, env), style, text),
    progress: (words) => progress(words, () => controller?.signal.aborted === true),
    leaving: (words) => {
      leftBehind = words;
    },
    takeInterruption: (listener) => {
      taken = listener;
      return () => {
        if (taken === listener) taken = undefined;
      };
    },
    get canvas() {
      return isTerminal(stderr) && env["TERM"] !== "dumb" ? canvas : undefined;
    },
    get leftBehind() {
      return leftBehind;
    },
    interrupt: () => {
      if (taken === undefined) controlled().abort();
      else taken();
      return taken !== undefined;
    },
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

const createCanvas = (): Canvas & { above(work: () => void): void } => {
  let drawn: readonly string[] = [];
  // Back to the first drawn line, and everything from there on wiped.
  const wiped = (): string => (drawn.length === 0 ? "" : `\x1b[${drawn.length}F\x1b[J`);
  const put = (text: string): void => {
    try {
      writeAll(stderr, text);
    } catch {
      // Nobody can be told.
    }
  };
  return {
    get columns() {
      return process.stderr.columns ?? 80;
    },
    get rows() {
      return process.stderr.rows ?? 24;
    },
    draw: (lines) => {
      put(wiped() + lines.map((line) => `${line}\n`).join(""));
      drawn = lines;
    },
    leave: () => {
      drawn = [];
    },
    above: (work) => {
      if (drawn.length === 0) {
        work();
        return;
      }
      put(wiped());
      work();
      put(drawn.map((line) => `${line}\n`).join(""));
    },
  };
};

/** `over`: whether nobody waits any more, because of Ctrl-C. */
const progress = (words: string, over: () => boolean): (() => void) => {
  // Not performance.now: the first use of `performance` loads 2 ms of node:perf_hooks.
  const started = process.uptime();
  let shown = false;
  const redraws = () => isTerminal(stderr);
  const show = () => {
    if (over()) return;
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
