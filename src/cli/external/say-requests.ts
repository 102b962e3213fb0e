import { dirname, join } from "node:path";
import type { RunFolder } from "../../adapters/runs/run-folder.ts";
import type { Plan } from "../../core/model/plan.ts";
import { shellWord } from "../../core/text/shell-word.ts";
import type { Authority } from "../../engine/authority/authority.ts";
import type { Terminal } from "../terminal.ts";
import { handOut, handOutLeaves } from "./hand-out.ts";

/** Hands out what a run waits for, and says where it is. */
export const sayRequests = async (
  terminal: Terminal,
  folder: RunFolder,
  plan: Plan,
  authority: Pick<Authority, "issuer" | "leafRequests">,
): Promise<void> => {
  await sayLeaves(terminal, folder, plan, authority);
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

const sayLeaves = async (
  terminal: Terminal,
  folder: RunFolder,
  plan: Plan,
  authority: Pick<Authority, "leafRequests">,
): Promise<void> => {
  const hint = terminal.emphasize("cyan", "hint:");
  for (const { issuer, number, count, folder: where } of await handOutLeaves(
    folder,
    plan,
    authority,
  )) {
    const word = count === 1 ? "certificate waits" : "certificates wait";
    terminal.say(
      `${count} ${word} for being signed by generation ${number} of ${issuer}: the requests are in ${shellWord(where)}`,
    );
    terminal.say(
      `${hint} what each has to become is in ${shellWord(join(where, "manifest.json"))}`,
    );
    terminal.say(
      `${hint} when they are signed: certwright answer FILE… && certwright resume ${folder.run}`,
    );
  }
};
