import type { Slot } from "../../model/inventory.ts";
import type { PlanFinding } from "../finding.ts";
import { isHome } from "../signers.ts";
import { isKeyPair } from "../key-pairs.ts";
import { grouped, heldAtHome, type Survey } from "../survey.ts";
import { short } from "./slots.ts";

/**
 * kubeadm's CA files, and those of its token keys, have to be the same on every master. Generations of ours that only some of them hold are what a
 * run was interrupted at, and are written anew.
 */
export const checkSharedFiles = (survey: Survey, slots: readonly Slot[]): readonly PlanFinding[] =>
  [
    ...grouped(
      slots.filter((slot) => (isHome(slot) || isKeyPair(slot)) && slot.holds !== undefined),
      ({ issuer, place }) => `${issuer} ${place.path}`,
    ).values(),
  ]
    .filter((same) => new Set(same.map((slot) => strangersIn(survey, slot))).size > 1)
    .map((same) => {
      const [{ place }] = same as readonly [Slot];
      return {
        rule: "masters-differ",
        subject: place.path,
        text: `${place.path} is not the same on all masters, and has to be`,
        evidence: [
          ...new Set(same.map((slot) => `${slot.place.node}: ${namesIn(survey, slot).join(", ")}`)),
        ],
        cure: `find out which one is right, and bring it ${place.form?.kind === "key" ? "and its key " : ""}to the others: scp MASTER:${place.path} ${place.path}`,
      };
    });

const strangersIn = (survey: Survey, slot: Slot): string =>
  heldAtHome(survey, slot)
    .filter((one) => {
      const key = survey.certificates.get(one)?.key;
      return key === undefined || survey.generationOfKey.get(key)?.issuer !== slot.issuer;
    })
    .toSorted()
    .join(" ");

const namesIn = (survey: Survey, slot: Slot): readonly string[] =>
  heldAtHome(survey, slot).map(
    (one) => `${survey.certificates.get(one)?.subject || "a key"} (${short(one)})`,
  );
