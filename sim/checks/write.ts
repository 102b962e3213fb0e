import type { SlotWrite } from "../../src/core/model/plan.ts";
import type { SimulatedSlot } from "../estate/state.ts";
import { type Simulation, violate } from "../simulation.ts";
import { unnoticed } from "./members-down.ts";

/** Before the first write there is a backup of what is written over (promise 3: there is a way back). */
export const checkBackup = (simulation: Simulation, { slot }: SlotWrite): void => {
  if (simulation.estate.backups.get(simulation.run)?.complete === true) return;
  violate(simulation, "backup-first", `${slot} is written, and there is no backup`);
};

/** What a person has written is never written over: the run halts, and says so. */
export const checkOverwrite = (
  simulation: Simulation,
  { facts, edited, disk }: SimulatedSlot,
  lookedAt: number,
): void => {
  if (edited === undefined || edited.at >= lookedAt - unnoticed(simulation)) return;
  // The old file is what a rollback, or a step that was not carried out yet, expects to find; and the same certificates
  // under other bytes are the same content.
  if (edited.what !== "add") return;
  // So is a leaf with its own CA's certificate beside it: verifiers pass over it, and many write it there by habit
  // (src/engine/rotation/wanted.ts).
  const [leaf, ...chain] = disk.certificates;
  if (facts.role === "presents" && chain.every(({ ca, key }) => ca && key === leaf?.signedBy))
    return;
  violate(
    simulation,
    "nothing-overwritten",
    `${facts.id}: a person's ${disk.certificates.length} certificates are written over`,
  );
};

/**
 * kubeadm and others stop at the first certificate of a bundle and pair it with the CA's key (rotation facts: "active
 * issuer first"): of our generations in a bundle that we write, the one that issues comes first.
 */
export const checkBundleOrder = (simulation: Simulation, { slot, content }: SlotWrite): void => {
  if (content.kind !== "bundle") return;
  const generations = simulation.estate.issuers.get(content.issuer) ?? [];
  const issuing = generations.find(({ stage }) => stage === "issuing")?.number;
  const [first] = content.generations;
  if (issuing === undefined || first === issuing || !content.generations.includes(issuing)) return;
  violate(
    simulation,
    "issuing-first",
    `${slot}: generation ${first} before ${issuing}, which is issuing`,
  );
};
