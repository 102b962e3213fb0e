import type { Certificate } from "../../../core/model/certificate.ts";
import type { Claim } from "../../../core/model/claim.ts";
import type { SlotId } from "../../../core/model/inventory.ts";
import { readsByItself } from "../../../core/plan/reads-by-itself.ts";
import { buildPath, type PathInput } from "../../../core/x509/path.ts";
import type { SigningGeneration } from "../../authority/authority.ts";
import { isSigned } from "../../authority/issuers.ts";
import type { Material } from "../../etcd/check/material.ts";
import { referenceOf } from "../layout.ts";
import type { Look } from "../look.ts";
import { fails, holds, unknowable, type Seen } from "./seen.ts";

export const observeVerifies = async (
  look: Look,
  { edge: id }: Extract<Claim, { kind: "verifies" }>,
): Promise<Seen> => {
  const edge = look.at.layout.edges.get(id);
  if (edge === undefined) return unknowable(`the estate has no edge ${id}`);
  const { serverPresents, clientTrusts, clientPresents, serverTrusts } = edge;
  const observer = look.consumer(edge.server).node?.name;
  const words: string[] = [];
  if (serverPresents !== undefined && clientTrusts !== undefined) {
    const forward = await verified(look, serverPresents, clientTrusts, {
      name: referenceOf(edge),
      usages: ["serverAuth"],
    });
    if (typeof forward !== "string")
      return told(forward, `${edge.client} does not verify ${edge.server}`, observer);
    words.push(forward);
  }
  if (clientPresents !== undefined && serverTrusts !== undefined) {
    const back = await verified(look, clientPresents, serverTrusts, { usages: ["clientAuth"] });
    if (typeof back !== "string")
      return told(back, `${edge.server} does not verify ${edge.client}`, observer);
    words.push(back);
  }
  return holds("verification", words.join("; "), observer);
};

interface Refused {
  readonly verdict: "fails" | "unknowable";
  readonly why: string;
}

const told = ({ verdict, why }: Refused, what: string, observer: string | undefined): Seen =>
  verdict === "fails"
    ? fails("verification", `${what}: ${why}`, observer)
    : unknowable(`whether it does: ${what}? ${why}`, observer);

/** A sentence when what `presents` shows verifies under what `trusts` has in memory. */
const verified = async (
  look: Look,
  presents: SlotId,
  trusts: SlotId,
  rest: Pick<PathInput, "name" | "usages">,
): Promise<string | Refused> => {
  const [shown, anchors] = await Promise.all([shownBy(look, presents), anchorsOf(look, trusts)]);
  if (!shown.ok) return { verdict: "unknowable", why: shown.why };
  if (!anchors.ok) return { verdict: "unknowable", why: anchors.why };
  const [leaf, ...intermediates] = shown.value;
  if (leaf === undefined) return { verdict: "fails", why: `${presents} shows no certificate` };
  const { clock, verifySignature } = look.at.ports;
  // etcd and etcdctl are Go.
  const path = buildPath({
    leaf,
    intermediates,
    anchors: anchors.value,
    at: clock.now(),
    profile: "go",
    verifySignature,
    ...rest,
  });
  return path.ok
    ? `${presents} verifies under ${trusts}`
    : { verdict: "fails", why: path.failure.message };
};

/** A server's by a handshake, a client's as its file has it. */
const shownBy = async (look: Look, id: SlotId): Promise<Material<readonly Certificate[]>> => {
  if (look.slot(id).port !== undefined) return look.served(id);
  const found = await look.content(id);
  return found.ok ? { ok: true, value: found.value.certificates } : found;
};

/**
 * What a consumer trusts now. A file that is read for each connection is that. A server's memory is asked, generation
 * by generation, at its port; what of its file is no generation whose key we have cannot be asked and is taken as loaded.
 */
const anchorsOf = async (look: Look, id: SlotId): Promise<Material<readonly Certificate[]>> => {
  const slot = look.slot(id);
  const found = await look.content(id);
  if (!found.ok) return found;
  if (slot.port === undefined || readsByItself(slot)) {
    return { ok: true, value: found.value.certificates };
  }
  const issuer = await look.issuer(slot.issuer);
  const ours = issuer.generations.filter(isSigned);
  const asked: SigningGeneration[] = [];
  for (const one of ours) {
    if (one.stage !== "retired" && (await look.at.ports.hasKey(one.keyId))) asked.push(one);
  }
  const verdicts = await Promise.all(
    asked.map(({ number }) => look.offered(id, slot.issuer, number)),
  );
  const unknown = verdicts.find((one) => one.kind === "unknown");
  if (unknown !== undefined) return { ok: false, why: unknown.why };
  const trusted = asked.filter((_, i) => verdicts[i]!.kind === "accepted");
  const foreign = found.value.certificates.filter(
    ({ publicKey }) => !asked.some(({ keyId }) => keyId === publicKey.id),
  );
  return {
    ok: true,
    value: [
      ...trusted.map(({ certificate, chain }) => chain.at(-1) ?? certificate),
      ...trusted.map(({ certificate }) => certificate),
      ...foreign,
    ],
  };
};
