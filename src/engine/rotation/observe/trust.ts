import type { Claim } from "../../../core/model/claim.ts";
import { buildPath } from "../../../core/x509/path.ts";
import type { ClientVerdict } from "../../../ports/tls.ts";
import { chainFrom, generationOf, isSigned } from "../../authority/issuers.ts";
import type { Look } from "../look.ts";
import { generationWords } from "../wanted.ts";
import { observeTokenTrust } from "./token-keys.ts";
import { fails, holds, unknowable, type Seen } from "./seen.ts";

type TrustClaim = Extract<Claim, { kind: "accepts" | "refuses" }>;

/**
 * Whether the slot, as its consumer has it in memory, trusts a generation: at a server's port by a handshake with a
 * leaf made for it; for a client, which has no port, by what its file makes of the generation.
 */
export const observeTrust = async (look: Look, claim: TrustClaim): Promise<Seen> => {
  const slot = look.slot(claim.slot);
  if (slot.place.form?.kind === "public-keys") return observeTokenTrust(look, claim);
  if (slot.port === undefined) return byFile(look, claim);
  const observer = slot.place.node;
  const where = `${slot.port.host}:${slot.port.port}`;
  const words = `${where}: a leaf of ${generationWords(claim.issuer, claim.generation)}`;
  const verdict = await look.offered(claim.slot, claim.issuer, claim.generation);
  switch (verdict.kind) {
    case "unknown":
      return unknowable(`${words}: ${verdict.why}`, observer);
    case "accepted":
      return judged(claim, true, `${words} is let in`, observer);
    case "refused": {
      const evidence = `${words} is turned away: ${verdict.how}`;
      if (claim.kind === "refuses" && !(await isJudgement(look, claim, verdict))) {
        return unknowable(`${evidence}; but so is every other`, observer);
      }
      return judged(claim, false, evidence, observer);
    }
  }
};

const judged = (
  { kind }: TrustClaim,
  trusted: boolean,
  evidence: string,
  observer: string | undefined,
): Seen =>
  trusted === (kind === "accepts")
    ? holds("handshake", evidence, observer)
    : fails("handshake", evidence, observer);

/** kube-apiserver's and the kubelet's word for a certificate that they do not trust, even where anybody may ask. */
const unauthorized = "HTTP 401";

/**
 * An alert is about the certificate, and so is a 401. A connection that merely ends is so only where another one is let in at the same
 * moment: a program that is just stopping ends them all. (An alert may be lost with the data that crossed it, RFC 9293
 * section 3.10.7.4: the reset takes what was received and not yet read.)
 */
const isJudgement = async (
  look: Look,
  { slot, issuer, generation }: TrustClaim,
  { how }: Extract<ClientVerdict, { kind: "refused" }>,
): Promise<boolean> => {
  if (how.startsWith("alert ") || how === unauthorized) return true;
  const { generations } = await look.issuer(issuer);
  const others = generations.filter(
    (one) => isSigned(one) && one.number !== generation && one.stage !== "retired",
  );
  const verdicts = await Promise.all(
    others.map(({ number }) => look.offered(slot, issuer, number)),
  );
  return verdicts.some(({ kind }) => kind === "accepted");
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
