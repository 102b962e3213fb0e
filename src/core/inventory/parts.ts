import type { Digests } from "../model/cryptography.ts";
import type { Consumer, Digest, Inventory, Slot } from "../model/inventory.ts";
import { digestOf, digestOfList } from "./digest-of.ts";

/** Digest of each thing of an inventory under its name in words: "slot etcd-1/etcd/server". */
export type Parts = Readonly<Record<string, Digest>>;

/**
 * Everything that a plan depends on, piece by piece. Left out is what may change without the plan being wrong:
 * times, process numbers, health, leadership, reachability and clocks, what one handshake showed; apply sees those itself.
 * Certificates are left out because slots and generations name them by fingerprint.
 */
export const partsOf = (inventory: Inventory, digests: Digests): Parts => {
  const parts: Record<string, Digest> = {};
  const add = (name: string, value: unknown): void => {
    parts[name] = digestOf(value, digests);
  };
  for (const issuer of inventory.issuers) add(`issuer ${issuer.name}`, issuer);
  for (const { name, access } of inventory.nodes) add(`node ${name}`, { access });
  for (const consumer of inventory.consumers) {
    const { id, version } = consumer;
    add(`consumer ${id}`, lasting(consumer));
    // A part of its own, for who does not answer for a moment is still the same program.
    if (version !== undefined) add(`${versionPrefix}${id}`, version);
  }
  for (const slot of inventory.slots) add(`slot ${slot.id}`, atRest(slot));
  // They follow from consumers and slots, and are far more than those.
  parts["who connects to whom"] = digestOfList(inventory.edges, digests);
  for (const { id, issuers } of inventory.blind) add(`blind spot ${id}`, { issuers });
  for (const { name, issuers, trusts, presents } of inventory.holders ?? []) {
    add(`holder ${name}`, { issuers, trusts, presents });
  }
  return parts;
};

/** With a consumer's id behind it the name of what that consumer alone can tell. */
export const versionPrefix = "version of ";

const lasting = ({ program, node, group, service }: Consumer): unknown => ({
  program,
  node,
  group,
  service,
});

const atRest = ({ consumer, role, issuer, reload, place, holds, faults, port }: Slot): unknown => ({
  consumer,
  role,
  issuer,
  reload,
  place,
  port,
  faults: faults?.map(({ kind }) => kind),
  holds: holds && { digest: holds.digest, certificates: holds.certificates, mode: holds.mode },
});

/** What `Inventory.digest` has to be. */
export const inventoryDigest = (inventory: Inventory, digests: Digests): Digest =>
  digestOf(partsOf(inventory, digests), digests);
