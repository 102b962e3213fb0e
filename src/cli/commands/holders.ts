import { resolve } from "node:path";
import { claimWords } from "../../core/run/claim-words.ts";
import { holderStates, type HolderClaim } from "../../core/run/holder-states.ts";
import { formatInstant } from "../../core/x509/time.ts";
import { defineCommand } from "../command.ts";
import { writeHandover } from "../holders/handover.ts";
import { outputOption, table, writeData } from "../output.ts";
import { directoryOf, dirOption, withPki } from "../pki/open-pki.ts";
import { findRun } from "../run/find-run.ts";
import { runArgument } from "../run/run-options.ts";

export const command = defineCommand({
  description:
    "Lists who has a CA or a certificate that the run replaces and whom certwright neither writes nor restarts: people's kubeconfigs, CI, other clusters, objects of other owners; as certwright.yaml names them. For each it says what has to be so before the old CA is dropped, and whether that was proved, vouched for, or is asked for now. With --out it writes a folder for each, to be handed over: the bundle, the new CA, and what to do with them.",
  arguments: { run: runArgument },
  options: {
    dir: dirOption,
    out: { flag: "--out <folder>", description: "write what each has to be given there" },
    output: outputOption("json", "yaml"),
  },
  examples: [
    { command: "certwright holders", does: "Who has to be told, and who has been" },
    { command: "certwright holders --out handover", does: "A folder for each, for its owner" },
  ],
  async run(terminal, { arguments: { run: word }, options }) {
    const { run } = findRun(directoryOf(options), word);
    const states = holderStates(run);
    if (options.output !== "text") await writeData(terminal, options.output, states);
    else if (states.length === 0) terminal.say("the run's plan names no holders");
    else {
      terminal.write(
        table(
          terminal,
          ["HOLDER", "WHERE", "OWNER", "BEFORE THE DROP", "STATE"],
          states.flatMap(({ holder: { name, where, owner = "" }, claims }) =>
            claims.map((one) => [name, where, owner, claimWords(one.claim), stateWords(one)]),
          ),
        ),
      );
    }
    const { out } = options;
    if (out === undefined || states.length === 0) return;
    const folders = await withPki(terminal, options, "use", (authority) =>
      writeHandover(authority, states, resolve(out)),
    );
    for (const folder of folders) terminal.say(`to hand over: ${folder}`);
  },
});

const stateWords = ({ state, vouchedFor }: HolderClaim): string => {
  if (vouchedFor !== undefined)
    return `${vouchedFor.by}, ${formatInstant(vouchedFor.at)}: ${vouchedFor.note}`;
  return { later: "later", asked: "asked for now", settled: "seen" }[state];
};
