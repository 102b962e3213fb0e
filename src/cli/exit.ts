import { CertwrightError } from "../core/errors/certwright-error.ts";
import type { ExitCode } from "../core/errors/definition.ts";
import type { Terminal } from "./terminal.ts";

/** Says on stderr what stopped the command and what to do next; gives the exit code. */
export const report = (error: unknown, terminal: Terminal, debug: boolean): ExitCode => {
  const label = terminal.emphasize(["red", "bold"], "error:");
  if (error instanceof CertwrightError) {
    terminal.say(`${label} ${error.message}`);
    if (error.hint !== undefined) {
      terminal.say(`${terminal.emphasize("cyan", "hint:")} ${error.hint}`);
    }
    if (debug) terminal.say(`${error.code} ${stackOf(error)}`);
    return error.exit;
  }
  terminal.say(`${label} certwright itself failed: ${firstLine(error)}`);
  if (debug) terminal.say(stackOf(error));
  else {
    terminal.say(
      `${terminal.emphasize("cyan", "hint:")} this is a defect; please report it with the output of the same command and --debug`,
    );
  }
  // Not 1: nothing was found out about what was asked.
  return 3;
};

const firstLine = (error: unknown): string => {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.split("\n", 1)[0]!;
};

const stackOf = (error: unknown): string => {
  if (!(error instanceof Error)) return "";
  const cause = error.cause === undefined ? "" : `\ncaused by ${stackOf(error.cause)}`;
  return (error.stack ?? firstLine(error)) + cause;
};
