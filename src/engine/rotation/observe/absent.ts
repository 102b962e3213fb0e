import type { Claim } from "../../../core/model/claim.ts";
import type { Certificate } from "../../../core/model/certificate.ts";
import type { SigningGeneration } from "../../authority/authority.ts";
import { generationOf } from "../../authority/issuers.ts";
import type { PlacedSlot } from "../layout.ts";
import type { Look } from "../look.ts";
import { generationWords, isSignedBy } from "../wanted.ts";
import { fails, holds, unknowable, type Seen } from "./seen.ts";

/**
 * No file and no object holds the generation's own certificate, nor a leaf that it signed, and no port shows either. Its signature
 * under a newer generation may stay: that certificate is the newer one's.
 */
export const observeAbsent = async (
  look: Look,
  { issuer, generation: number }: Extract<Claim, { kind: "absent" }>,
): Promise<Seen> => {
  const generation = generationOf(await look.issuer(issuer), number);
  const slots = [...look.at.layout.slots.values()];
  const found = await Promise.all(slots.map((slot) => traceIn(look, slot, generation)));
  const traces = found.flatMap((one) => (one?.kind === "trace" ? [one.where] : []));
  if (traces.length > 0) {
    return fails("read-back", `${generationWords(issuer, number)} is in ${traces.join(", ")}`);
  }
  const blind = found.flatMap((one) => (one?.kind === "unseen" ? [one.where] : []));
  if (blind.length > 0) return unknowable(blind.join("; "));
  return holds(
    "read-back",
    `${generationWords(issuer, number)} is in none of ${slots.length} slots`,
  );
};

const traceIn = async (
  look: Look,
  slot: PlacedSlot,
  generation: SigningGeneration,
): Promise<{ readonly kind: "trace" | "unseen"; readonly where: string } | undefined> => {
  const found = await look.content(slot.id);
  if (!found.ok) return { kind: "unseen", where: found.why };
  const { verifySignature } = look.at.ports;
  const isTrace = (certificate: Certificate): boolean =>
    certificate.publicKey.id === generation.keyId ||
    (certificate.basicConstraints?.ca !== true &&
      isSignedBy(certificate, generation, verifySignature));
  const { certificates, variants = [], bareKeys = [] } = found.value;
  if (bareKeys.some(({ id }) => id === generation.keyId)) {
    return { kind: "trace", where: slot.place.path };
  }
  if (certificates.some(isTrace)) return { kind: "trace", where: slot.place.path };
  const trace = variants.find((one) => one.certificates.some(isTrace));
  if (trace !== undefined) return { kind: "trace", where: trace.where };
  if (slot.port === undefined || slot.role !== "presents") return undefined;
  const served = await look.served(slot.id);
  if (!served.ok) return { kind: "unseen", where: served.why };
  const port = `${slot.port.host}:${slot.port.port}`;
  return served.value.some(isTrace) ? { kind: "trace", where: `what ${port} shows` } : undefined;
};
