import { defineCommand } from "../command.ts";
import { makePlan } from "../rotation/make-plan.ts";
import { planOptions, soakOption } from "../rotation/plan-options.ts";
import { integer } from "../values.ts";

export const command = defineCommand({
  description:
    "Plans how everybody forgets a generation that nobody shows any more; in a Kubernetes cluster once its holders have the one that signs and audit logs show nobody else. Writes the plan to a file and changes nothing else.",
  arguments: {
    issuer: { description: "the issuer" },
    generation: { description: "number of the generation to forget" },
  },
  options: { soak: soakOption, ...planOptions },
  examples: [
    { command: "certwright plan drop-trust etcd-ca 1", does: "Forget the first generation" },
  ],
  run(terminal, { arguments: { issuer, generation }, options }) {
    const number = numberOf(generation);
    return makePlan(terminal, options, `drop-trust-${issuer}-${number}`, () => ({
      kind: "drop-trust",
      issuer,
      generation: number,
    }));
  },
});

const parse = integer(1, 1_000_000);
const numberOf = (text: string): number => parse(text, "generation");
