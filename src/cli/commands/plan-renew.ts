import { failure } from "../../core/errors/certwright-error.ts";
import type { Inventory, SlotId } from "../../core/model/inventory.ts";
import { endingBy } from "../../core/plan/ending.ts";
import { shellWord } from "../../core/text/shell-word.ts";
import { formatInstant } from "../../core/x509/time.ts";
import { defineCommand } from "../command.ts";
import { makePlan } from "../rotation/make-plan.ts";
import { planOptions } from "../rotation/plan-options.ts";
import type { Terminal } from "../terminal.ts";
import { duration } from "../values.ts";

export const command = defineCommand({
  description:
    "Plans new certificates from the current generations, like those that are there: the same names, usages and lifetime. With the same key a certificate is replaced while its program runs, and only who reads it at its start is restarted; with a new one a program is stopped while its key and certificate, which are two files, change. With --within only those that end by then: where none does, that is said and no plan is made. Writes the plan to a file and changes nothing else.",
  arguments: {
    target: {
      description: "slots (etcd-1/etcd/server) or consumers (etcd-1/etcd, client/root)",
      optional: true,
      variadic: true,
    },
  },
  options: {
    all: { flag: "--all", description: "every certificate of the estate" },
    within: {
      flag: "--within <duration>",
      description:
        "only certificates that end within this time (all of them, where no target is named)",
      parse: duration,
    },
    newKey: { flag: "--new-key", description: "with new keys" },
    ...planOptions,
  },
  examples: [
    {
      command: "certwright plan renew --all",
      does: "Renew every certificate, none of them noticed",
    },
    {
      command: "certwright plan renew --within 90d",
      does: "Renew what ends in the next three months, and leave the rest alone",
    },
    {
      command: "certwright plan renew etcd-2/etcd --new-key",
      does: "New keys for one member, which is away for a moment",
    },
  ],
  run(terminal, { arguments: { target }, options }) {
    const { within } = options;
    if (target.length === 0 && !options.all && within === undefined) {
      throw failure("usage.missing", { what: "<target…>, --all or --within <duration>" });
    }
    const all = options.all || target.length === 0;
    const name = all ? "renew-all" : `renew-${target.join("-").replaceAll("/", "-")}`;
    return makePlan(terminal, options, name, (inventory) => {
      const chosen = all
        ? presenting(inventory)
        : target.flatMap((word) => slotsNamed(inventory, word));
      const slots =
        within === undefined ? chosen : due(terminal, inventory, chosen, terminal.now() + within);
      return slots.length === 0 && within !== undefined
        ? undefined
        : { kind: "renew", slots, key: options.newKey ? "new" : "same" };
    });
  },
});

/** Says of the others why they are left alone. */
const due = (
  terminal: Terminal,
  inventory: Inventory,
  chosen: readonly SlotId[],
  by: number,
): readonly SlotId[] => {
  const { slots, withIssuer, next } = endingBy(inventory, chosen, by);
  const issuerOf = new Map(inventory.slots.map(({ id, issuer }) => [id, issuer]));
  for (const id of withIssuer) {
    const issuer = issuerOf.get(id)!;
    terminal.say(
      `${terminal.emphasize("yellow", "warning:")} ${id} ends with its issuer, and so would a new one: certwright plan rotate ${shellWord(issuer)}`,
    );
  }
  const later =
    next === undefined ? "" : `; the next one is ${next.slot}, ${formatInstant(next.notAfter)}`;
  terminal.say(
    slots.length === 0
      ? `nothing to renew ends by ${formatInstant(by)}${later}; no plan was made`
      : `${slots.length} of ${chosen.length} end by ${formatInstant(by)}${later}`,
  );
  return slots;
};

const presenting = ({ slots }: Inventory): readonly SlotId[] =>
  slots.filter(({ role }) => role === "presents").map(({ id }) => id);

const slotsNamed = (inventory: Inventory, word: string): readonly SlotId[] => {
  const found = inventory.slots
    .filter(({ id, consumer, role }) => role === "presents" && (id === word || consumer === word))
    .map(({ id }) => id);
  if (found.length > 0) return found;
  const known = [...presenting(inventory), ...inventory.consumers.map(({ id }) => id)];
  throw failure("plan.no-such-target", { word, known });
};
