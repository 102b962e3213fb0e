import type { ExitCode } from "../../core/errors/definition.ts";
import type { MaterialFault } from "../../core/material/material.ts";
import type { Terminal } from "../terminal.ts";

/** Says what is wrong with what was read, each with its cure, and gives the exit code that stands for all of it. */
export const sayFaults = (terminal: Terminal, faults: readonly MaterialFault[]): ExitCode => {
  for (const { message, hint, harmless } of faults) {
    const label = harmless
      ? terminal.emphasize("cyan", "note:")
      : terminal.emphasize(["red", "bold"], "fault:");
    terminal.say(`${label} ${message}`);
    if (hint !== undefined) {
      terminal.say(`${terminal.emphasize("cyan", "hint:")} ${hint}`);
    }
  }
  const codes = faults.filter(({ harmless }) => !harmless).map(({ exit }) => exit);
  // 1 outweighs a deadline: something was found out.
  return codes.includes(1) ? 1 : (codes[0] ?? 0);
};
