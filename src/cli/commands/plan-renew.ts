import { failure } from "../../core/errors/certwright-error.ts";
import type { Inventory, SlotId } from "../../core/model/inventory.ts";
import { defineCommand } from "../command.ts";
import { makePlan } from "../rotation/make-plan.ts";
import { planOptions } from "../rotation/plan-options.ts";

export const command = defineCommand({
  description:
    "Plans new certificates from the current generations, like those that are there: the same names, usages and lifetime. With the same key a certificate is replaced while its program runs; with a new one its program is stopped for it. Writes the plan to a file and changes nothing else.",
  arguments: {
    target: {
      description: "slots (etcd-1/etcd/server) or consumers (etcd-1/etcd, client/root)",
      optional: true,
      variadic: true,
    },
  },
  options: {
    all: { flag: "--all", description: "every certificate of the estate" },
    newKey: { flag: "--new-key", description: "with new keys" },
    ...planOptions,
  },
  examples: [
    {
      command: "certwright plan renew --all",
      does: "Renew every certificate, none of them noticed",
    },
    {
      command: "certwright plan renew etcd-2/etcd --new-key",
      does: "New keys for one member, which is away for a moment",
    },
  ],
  run(terminal, { arguments: { target }, options }) {
    if (target.length === 0 && !options.all) {
      throw failure("usage.missing", { what: "<target…> or --all" });
    }
    const name = options.all ? "renew-all" : `renew-${target.join("-").replaceAll("/", "-")}`;
    return makePlan(terminal, options, name, (inventory) => ({
      kind: "renew",
      slots: options.all ? presenting(inventory) : target.flatMap((word) => named(inventory, word)),
      key: options.newKey ? "new" : "same",
    }));
  },
});

const presenting = ({ slots }: Inventory): readonly SlotId[] =>
  slots.filter(({ role }) => role === "presents").map(({ id }) => id);

const named = (inventory: Inventory, word: string): readonly SlotId[] => {
  const found = inventory.slots
    .filter(({ id, consumer, role }) => role === "presents" && (id === word || consumer === word))
    .map(({ id }) => id);
  if (found.length > 0) return found;
  const known = [...presenting(inventory), ...inventory.consumers.map(({ id }) => id)];
  throw failure("plan.no-such-target", { word, known });
};
