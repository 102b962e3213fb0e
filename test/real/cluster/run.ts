import { runProgram } from "../../cli/process.ts";
import { programFolders } from "./programs.ts";

/** PATH of everything that belongs to a cluster. */
export const path = [...programFolders, process.env["PATH"] ?? ""].join(":");

/** Runs a program to its end and returns what it printed. Throws with the end of what it said when it fails. */
export const run = async (
  command: readonly string[],
  options: { readonly deadline?: number; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<string> => {
  const [file, ...args] = command;
  const { deadline = 60_000, env = {} } = options;
  const whole = { PATH: path, HOME: "/root", ...env };
  const outcome = await runProgram(file!, args, { cwd: "/", env: whole, deadline });
  if (outcome.code === 0) return outcome.stdout;
  const said = `${outcome.stdout}\n${outcome.stderr}`.trim().split("\n").slice(-40).join("\n");
  throw new Error(`${command.join(" ")} ended with ${outcome.code}:\n${said}`);
};

/** Tries until `look` returns something; asks ten times a second. Throws with its last error when the time is over. */
export const until = async <T>(
  what: string,
  deadline: number,
  look: () => T | undefined | Promise<T | undefined>,
): Promise<T> => {
  const end = performance.now() + deadline;
  let last: unknown;
  while (performance.now() < end) {
    try {
      const found = await look();
      if (found !== undefined) return found;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what}: not within ${deadline / 1000} s`, { cause: last });
};
