import { digests } from "../../adapters/crypto/node-digests.ts";
import { readEstateVersion } from "../../adapters/estate/estate-version.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import { differences, silentSince } from "../../core/inventory/differences.ts";
import { partsOf } from "../../core/inventory/parts.ts";
import type { Estate } from "../../core/model/estate.ts";
import type { Plan } from "../../core/model/plan.ts";
import { formatInstant } from "../../core/x509/time.ts";
import { gather } from "../../engine/rotation/gather/gather.ts";
import type { RotationPorts } from "../../engine/rotation/ports.ts";
import type { Terminal } from "../terminal.ts";

/** Throws run.plan-expired and run.plan-stale for what can be told without looking at the estate. */
export const checkBasis = (plan: Plan, path: string, directory: string, now: number): void => {
  if (now > plan.expiresAt) {
    throw failure("run.plan-expired", { path, expired: formatInstant(plan.expiresAt) });
  }
  const { lineage, serial } = readEstateVersion(directory);
  const basis = plan.basis.estate;
  const changes = [
    ...(lineage === basis.lineage
      ? []
      : [`it is of another estate: lineage ${basis.lineage}, and ${directory} has ${lineage}`]),
    ...(lineage === basis.lineage && serial !== basis.serial
      ? [`runs have changed the estate since (serial ${basis.serial} then, ${serial} now)`]
      : []),
  ];
  if (changes.length > 0) throw failure("run.plan-stale", { path, changes });
};

/** Looks at the estate anew. Throws run.plan-stale with what has changed, each thing by its name, and run.estate-unseen. */
export const checkEstate = async (
  terminal: Terminal,
  ports: RotationPorts,
  estate: Estate,
  {
    plan,
    path,
    deadline,
  }: { readonly plan: Plan; readonly path: string; readonly deadline: number },
): Promise<void> => {
  const done = terminal.progress("comparing the estate with the plan");
  try {
    const basis = { version: plan.basis.estate, deadline };
    const { inventory, findings } = await gather({ ports, estate, ...basis });
    if (inventory.digest === plan.basis.inventory) return;
    const [before, now] = [plan.basis.parts, partsOf(inventory, digests)];
    // Who does not answer has not changed: a plan is not old because a machine or an API was slow for a moment.
    const unseen = [
      ...inventory.blind.flatMap(({ id, where, why }) =>
        (id.startsWith("unreadable:") || id.startsWith("node:")) &&
        !plan.blind.some((known) => known.id === id)
          ? [`${where}: ${why}`]
          : [],
      ),
      ...silentSince(before, now).map((id) => {
        const told = findings.find(({ subject }) => subject === id);
        if (told === undefined) return `${id} does not say which version it is`;
        return [told.text, ...told.evidence].join(": ");
      }),
    ];
    if (unseen.length > 0) {
      const [first = "", ...others] = unseen;
      const more = others.length === 0 ? [] : [`and ${others.length} more`];
      throw failure("run.estate-unseen", { path, unseen: [first, ...more] });
    }
    const changes = differences(before, now);
    if (changes.length > 0) throw failure("run.plan-stale", { path, changes });
  } finally {
    done();
  }
};
