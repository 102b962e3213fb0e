import { defineCommand } from "../command.ts";
import { makePlan } from "../rotation/make-plan.ts";
import { planOptions } from "../rotation/plan-options.ts";

export const command = defineCommand({
  description:
    "Plans how an issuer's key is replaced that is not to be trusted any longer: the fast way, with the outage it costs stated in the plan. Writes the plan to a file and changes nothing else.",
  arguments: { issuer: { description: "the issuer whose key was given away" } },
  options: planOptions,
  examples: [
    {
      command: "certwright plan replace-key etcd-ca",
      does: "Plan the fast way out of a stolen CA key",
    },
  ],
  run: (terminal, { arguments: { issuer }, options }) =>
    makePlan(terminal, options, `replace-key-${issuer}`, () => ({ kind: "replace-key", issuer })),
});
