import type { Claim } from "../../../core/model/claim.ts";
import type { Look } from "../look.ts";
import type { SlotContent } from "../read-slot.ts";
import type { RunBackup } from "../run-backup.ts";
import { differsFrom, short } from "../wanted.ts";
import { bootstrapSignatures } from "./bootstrap-signatures.ts";
import { fails, holds, unknowable, type Seen } from "./seen.ts";

export const observeHolds = async (
  look: Look,
  { slot: id, content }: Extract<Claim, { kind: "holds" }>,
  backup: RunBackup,
): Promise<Seen> => {
  const slot = look.slot(id);
  const { node, path } = slot.place;
  const found = await look.contentAndKey(id);
  if (!found.ok) return unknowable(found.why, node);
  if (content.kind === "before") {
    const differs = await backup.differs(slot, found.value);
    return differs === undefined
      ? holds("read-back", `${path}: byte for byte as in the backup`, node)
      : fails("read-back", `${path}: ${differs}`, node);
  }
  const issuer = await look.issuer(content.issuer);
  const differs = differsFrom(content, issuer, found.value, look.at.ports.verifySignature);
  if (differs !== undefined) return fails("read-back", `${path}: ${differs}`, node);
  const signatures = await bootstrapSignatures(look, found.value);
  if (signatures?.ok === false) return fails("read-back", `${path}: ${signatures.words}`, node);
  const { certificates, bareKeys = [] } = found.value;
  const there = [
    ...certificates.map(({ fingerprint }) => short(fingerprint)),
    ...bareKeys.map((key) => `the key ${short(key.id)}`),
  ].join(", ");
  const signed = signatures === undefined ? "" : `; ${signatures.words}`;
  return holds("read-back", `${path}: ${there}${howMany(found.value)}${signed}`, node);
};

const howMany = ({ fields = [] }: SlotContent): string =>
  fields.length > 1 ? ` in ${fields.length} objects` : "";
