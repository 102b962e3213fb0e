import type { Terminal } from "./terminal.ts";

/** Whether somebody is there who can answer. */
export const canAsk = (terminal: Terminal): boolean =>
  terminal.stdin.isTTY && terminal.canvas !== undefined;

/** Asks on stderr, so that stdout stays data. Where nobody can answer, the answer is no. */
export const confirm = async (terminal: Terminal, question: string): Promise<boolean> => {
  if (!terminal.stdin.isTTY || !process.stderr.isTTY) return false;
  const { confirm: ask } = await import("@clack/prompts");
  const answer = await ask({
    message: question,
    initialValue: false,
    output: process.stderr,
    signal: terminal.interrupted,
  });
  return answer === true;
};
