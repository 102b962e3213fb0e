import { defineCommand } from "../command.ts";
import { goOn } from "../run/go-on.ts";
import { estateOfRun, runArgument, runOptions } from "../run/run-options.ts";

export const command = defineCommand({
  description:
    "Goes on with a run that was paused, halted or killed, forward or back as it was going. What was under way is looked at first, and done again only when it is not there. Nothing is generated twice. Exit codes as those of certwright apply.",
  arguments: { run: runArgument },
  options: { estate: estateOfRun, ...runOptions },
  examples: [
    { command: "certwright resume", does: "Go on with the newest run" },
    {
      command: "certwright resume --approve all --accept-blind clients-outside",
      does: "Say yes to what it waits for, and take on what it could not see",
    },
  ],
  run: (terminal, { arguments: { run }, options }) => goOn(terminal, run, options),
});
