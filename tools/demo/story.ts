import { stdout, stderr } from "node:process";
import { styleText } from "node:util";

/** Tells what happens while it happens; with `-o json` the words go to standard error. */
export interface Story {
  say(line?: string): void;
  /** A step with the command that does it; the function that is returned ends its line. */
  step(title: string, command?: string): (result: string) => void;
  /** Something that must be so and is, or is not. */
  mark(ok: boolean, claim: string, observed: string): void;
}

export const tell = (json: boolean): Story => {
  const stream = json ? stderr : stdout;
  const paint = (format: Parameters<typeof styleText>[0], text: string): string =>
    styleText(format, text, { stream });
  const say = (line = ""): void => {
    stream.write(`${line}\n`);
  };
  return {
    say,
    step: (title, command) => {
      const started = performance.now();
      if (command !== undefined) say(paint("dim", `$ ${command}`));
      const line = `  ${title} …`;
      if (stream.isTTY) stream.write(line);
      return (result) => {
        const seconds = ((performance.now() - started) / 1000).toFixed(1);
        const text = `  ${paint("green", "ok")}  ${result} ${paint("dim", `(${seconds} s)`)}`;
        say(stream.isTTY ? `\r${text}${" ".repeat(Math.max(0, line.length - text.length))}` : text);
      };
    },
    mark: (ok, claim, observed) => {
      say(
        `  ${ok ? paint("green", "ok") : paint("red", "FAIL")}  ${claim}: ${paint("dim", observed)}`,
      );
    },
  };
};
