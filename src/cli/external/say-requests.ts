import { dirname, join } from "node:path";
import type { RunFolder } from "../../adapters/runs/run-folder.ts";
import type { Plan } from "../../core/model/plan.ts";
import { shellWord } from "../../core/text/shell-word.ts";
import type { Authority } from "../../engine/authority/authority.ts";
import type { Terminal } from "../terminal.ts";
import { handOut } from "./hand-out.ts";

/** Hands out what a run waits for, and says where it is. */
export const sayRequests = async (
  terminal: Terminal,
  folder: RunFolder,
  plan: Plan,
  authority: Pick<Authority, "issuer">,
): Promise<void> => {
  const awaited = await handOut(folder, plan, authority);
  const hint = terminal.emphasize("cyan", "hint:");
  for (const { issuer, number, subject, file } of awaited) {
    terminal.say(`generation ${number} of ${issuer}: have ${file} signed (${subject})`);
  }
  const [first] = awaited;
  if (first === undefined) return;
  terminal.say(
    `${hint} what each has to become is in ${shellWord(join(dirname(first.file), "manifest.json"))}`,
  );
  terminal.say(
    `${hint} then, with the answers and the certificates above them: certwright answer FILE…`,
  );
};
