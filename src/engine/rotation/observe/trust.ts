import type { Claim } from "../../../core/model/claim.ts";
import { buildPath } from "../../../core/x509/path.ts";
import type { ClientVerdict } from "../../../ports/tls.ts";
import { chainFrom, generationOf } from "../../authority/issuers.ts";
import type { Look } from "../look.ts";
import { generationWords } from "../wanted.ts";
import { fails, holds, unknowable, type Seen } from "./seen.ts";

type TrustClaim = Extract<Claim, { kind: "accepts" | "refuses" }>;

/**
 * Whether the slot, as its consumer has it in memory, trusts a generation: at a server's port by a handshake with a
 * leaf made for it; for a client, which has no port, by what its file makes of the generation.
 */
export const observeTrust = async (look: Look, claim: TrustClaim): Promise<Seen> => {
  const slot = look.slot(claim.slot);
  const observer = slot.place.node;
  const words = `a leaf of ${generationWords(claim.issuer, claim.generation)}`;
  if (slot.port === undefined) return byFile(look, claim);
  const where = `${slot.port.host}:${slot.port.port}`;
  const verdict = await look.offered(claim.slot, claim.issuer, claim.generation);
  return judged(verdict, claim.kind, `${where}: ${words}`, observer);
};

const judged = (
  verdict: ClientVerdict,
  wanted: TrustClaim["kind"],
  words: string,
  observer: string | undefined,
): Seen => {
  if (verdict.kind === "unknown") return unknowable(`${words}: ${verdict.why}`, observer);
  const evidence =
    verdict.kind === "accepted" ? `${words} is let in` : `${words} is turned away: ${verdict.how}`;
  const right = (verdict.kind === "accepted") === (wanted === "accepts");
  return right ? holds("handshake", evidence, observer) : fails("handshake", evidence, observer);
};

/** A generation's own certificate in the place of a leaf: who trusts it, or one above it, builds a path from it. */
const byFile = async (look: Look, claim: TrustClaim): Promise<Seen> => {
  const { place } = look.slot(claim.slot);
  const found = await look.content(claim.slot);
  if (!found.ok) return unknowable(found.why, place.node);
  const generation = generationOf(await look.issuer(claim.issuer), claim.generation);
  const [own, ...above] = chainFrom(generation);
  const path = buildPath({
    leaf: own!,
    intermediates: above,
    anchors: found.value.certificates,
    at: look.at.ports.clock.now(),
    usages: ["any"],
    profile: "go",
    verifySignature: look.at.ports.verifySignature,
  });
  const words = `${place.path}: ${generationWords(claim.issuer, claim.generation)}`;
  const verified = path.ok ? `${words} is trusted` : `${words} is not: ${path.failure.message}`;
  return path.ok === (claim.kind === "accepts")
    ? holds("verification", verified, place.node)
    : fails("verification", verified, place.node);
};
