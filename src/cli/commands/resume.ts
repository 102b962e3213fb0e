import { defineCommand } from "../command.ts";
import { goOn } from "../run/go-on.ts";
import { estateOfRun, runArgument, runOptions } from "../run/run-options.ts";

export const command = defineCommand({
  description:
    "Goes on with a run that was paused, halted or killed, forward or back as it was going. What was under way is looked at first, and done again only when it is not there. Nothing is generated twice. Exit codes as those of certwright apply.",
  arguments: { run: runArgument },
  options: {
    estate: estateOfRun,
    ...runOptions,
    repair: {
      flag: "--repair",
      description:
        "look again at all that was done, do again what does not hold any more, and write over what somebody changed",
    },
  },
  examples: [
    { command: "certwright resume", does: "Go on with the newest run" },
    {
      command: "certwright resume --approve all --accept-blind clients-outside",
      does: "Say yes to what it waits for, and take on what it could not see",
    },
    {
      command: "certwright resume --repair",
      does: "Put right what somebody changed meanwhile (kubeadm certs renew), and go on",
    },
  ],
  run: (terminal, { arguments: { run }, options }) =>
    goOn(terminal, run, options, options.repair ? { repair: true } : {}),
});
