import type { Fingerprint } from "../../model/certificate.ts";
import type { Slot, SlotFault } from "../../model/inventory.ts";
import type { PlanFinding } from "../finding.ts";
import { isKeyPair } from "../key-pairs.ts";
import { isHome } from "../signers.ts";
import {
  bundleIn,
  isAbove,
  issuingGeneration,
  presentedGeneration,
  type Survey,
} from "../survey.ts";

const cures: Readonly<Record<SlotFault["kind"], (path: string) => string>> = {
  unreadable: (path) =>
    `let certwright read ${path}: its mode, its owner, or sudo in certwright.yaml`,
  malformed: (path) => `see what is in it, and leave only certificates: certwright inspect ${path}`,
  "private-key": (path) =>
    `take the key out of ${path}; whoever could read that file has it: certwright plan replace-key is for that`,
  "key-mismatch": (path) => `bring ${path} and its key together: certwright inspect ${path}`,
  order: (path) => `put the CA that signs first in ${path}`,
};

const texts: Readonly<Record<SlotFault["kind"], string>> = {
  unreadable: "cannot be read",
  malformed: "is not just PEM certificates",
  "private-key": "is a bundle with a private key in it",
  "key-mismatch": "does not belong to its key",
  order: "is in the wrong order for readers that take its first certificate",
};

/** What lies at each slot is there, is sound, and is this issuer's. */
export const checkSlots = (survey: Survey, slots: readonly Slot[]): readonly PlanFinding[] =>
  slots.flatMap((slot) => checkSlot(survey, slot));

const checkSlot = (survey: Survey, slot: Slot): readonly PlanFinding[] => {
  const { id, place, faults = [], holds, serves } = slot;
  if (faults.length > 0) {
    return faults.map(({ kind, evidence }) => ({
      rule: `slot-${kind}`,
      subject: id,
      text: `${place.path}${place.node === undefined ? "" : ` on ${place.node}`} ${texts[kind]}`,
      evidence: [evidence],
      cure:
        slot.role === "signs" && kind === "key-mismatch"
          ? keyFromElsewhere(slot)
          : cures[kind](place.path),
    }));
  }
  if (slot.role === "signs") return checkSigner(survey, slot);
  if (holds === undefined || holds.certificates.length === 0) {
    return [
      {
        rule: "slot-empty",
        subject: id,
        text: `${id} holds nothing: there is no ${place.path}${place.node === undefined ? "" : ` on ${place.node}`}`,
        evidence: [],
        cure: "write it first, or correct its path in certwright.yaml: certwright etcd init",
      },
    ];
  }
  const [filed] = holds.certificates;
  const [served] = serves ?? [];
  if (served !== undefined && served !== filed) {
    return [
      {
        rule: "served-other",
        subject: id,
        text: `what ${slot.port!.host}:${slot.port!.port} shows is not what lies at ${place.path}`,
        evidence: [`shown: ${short(served)}`, `in the file: ${short(filed!)}`],
        cure: "another program answers there, or it was started with other files: compare its flags with certwright.yaml",
      },
    ];
  }
  return slot.role === "presents" ? checkLeaf(survey, slot) : checkBundle(survey, slot);
};

/** Enough of a fingerprint to tell one from another. */
export const short = (fingerprint: string): string => `SHA-256 ${fingerprint.slice(0, 16)}`;

const keyFromElsewhere = ({ place: { path, key = path } }: Slot): string =>
  `bring the right one there from another master: scp MASTER:${key} ${key}; where the CA's key is kept elsewhere for good, take the CA over without it: certwright ca adopt ISSUER --certificate ${path}`;

/** A signer's own file need not be there: it is written before it is used. */
const checkSigner = (survey: Survey, slot: Slot): readonly PlanFinding[] => {
  const { id, issuer, place, holds } = slot;
  const shared = survey.signers.some((one) => one.slot.id === slot.id && one.home !== undefined);
  if (shared || survey.consumers.get(slot.consumer)?.signsWith === "") return [];
  // Where a CA's key is elsewhere, kubeadm signs nothing with it (its external CA mode).
  if (isHome(slot) && holds === undefined && !hasKey(survey, issuer)) return [];
  const at = place.node === undefined ? "" : ` on ${place.node}`;
  const [first] = holds?.certificates ?? [];
  if (isKeyPair(slot)) return checkKey(survey, slot);
  if (holds === undefined || first === undefined) {
    return [
      {
        rule: "signer-missing",
        subject: id,
        text: `there is no CA to sign with at ${place.path} and ${place.key}${at}`,
        evidence: [],
        cure: keyFromElsewhere(slot),
      },
    ];
  }
  const facts = survey.certificates.get(first);
  const known = facts === undefined ? undefined : survey.generationOfKey.get(facts.key);
  if (known?.issuer === issuer) return [];
  return [
    {
      rule: "signer-foreign",
      subject: id,
      text: `what signs at ${place.path}${at} is no generation of ${issuer}`,
      evidence: [`${short(first)}: ${facts?.subject ?? "unknown"}`],
      cure: `take this CA into the PKI: certwright ca adopt ${issuer} --certificate ${place.path} --key ${place.key}; or bring the right one there from another master`,
    },
  ];
};

const hasKey = ({ issuers }: Survey, issuer: string): boolean => {
  const facts = issuers.get(issuer);
  return facts !== undefined && issuingGeneration(facts)?.canSign !== false;
};

/** The key that signs tokens: there, and in the PKI. */
const checkKey = (survey: Survey, { id, issuer, place, holds }: Slot): readonly PlanFinding[] => {
  const at = place.node === undefined ? "" : ` on ${place.node}`;
  const [key] = holds?.certificates ?? [];
  if (key === undefined) {
    return [
      {
        rule: "signer-missing",
        subject: id,
        text: `there is no key to sign with at ${place.path}${at}`,
        evidence: [],
        cure: `bring it there from another master: scp MASTER:${place.path} ${place.path}`,
      },
    ];
  }
  const facts = survey.certificates.get(key);
  if (facts !== undefined && survey.generationOfKey.get(facts.key)?.issuer === issuer) return [];
  return [
    {
      rule: "signer-foreign",
      subject: id,
      text: `the key at ${place.path}${at} is no generation of ${issuer}`,
      evidence: [short(key)],
      cure: `take it into the PKI: certwright ca adopt ${issuer}${place.node === undefined ? "" : ` --node ${place.node}`}; or bring the right one there from another master`,
    },
  ];
};

const checkLeaf = (survey: Survey, slot: Slot): readonly PlanFinding[] => {
  if (presentedGeneration(survey, slot) !== undefined) return [];
  const leaf = survey.certificates.get(slot.holds!.certificates[0]!);
  return [
    {
      rule: "issuer-foreign",
      subject: slot.id,
      text: `no generation of ${slot.issuer} signed what ${slot.id} holds`,
      evidence: [`${slot.place.path}: signed by ${leaf?.issuer ?? "nobody known"}`],
      cure: `is ${slot.issuer} this slot's issuer in certwright.yaml? see: certwright ca show ${slot.issuer}`,
    },
  ];
};

const checkBundle = (survey: Survey, slot: Slot): readonly PlanFinding[] => {
  const { generations, others } = bundleIn(survey, slot);
  if (generations.length > 0) return [];
  // Trusting the CA above is another matter, and is told apart: checks/bundles.ts.
  if (others.some((one) => isKnownAbove(survey, slot.issuer, one))) {
    return [];
  }
  return [
    {
      rule: "issuer-foreign",
      subject: slot.id,
      text: `${slot.id} trusts no generation of ${slot.issuer}`,
      evidence: others.map(
        (one) => `${short(one)}: ${survey.certificates.get(one)?.subject ?? "unknown"}`,
      ),
      cure: `is ${slot.issuer} this slot's issuer in certwright.yaml? see: certwright ca show ${slot.issuer}`,
    },
  ];
};

const isKnownAbove = (survey: Survey, issuer: string, certificate: Fingerprint): boolean => {
  const facts = survey.certificates.get(certificate);
  return facts !== undefined && isAbove(survey, issuer, facts.key);
};
