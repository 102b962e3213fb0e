import type { Claim } from "../../../core/model/claim.ts";
import type { Look } from "../look.ts";
import type { RunBackup } from "../run-backup.ts";
import { differsFrom, short } from "../wanted.ts";
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
  const there = found.value.certificates.map(({ fingerprint }) => short(fingerprint)).join(", ");
  return differs === undefined
    ? holds("read-back", `${path}: ${there}`, node)
    : fails("read-back", `${path}: ${differs}`, node);
};
