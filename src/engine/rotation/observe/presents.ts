import type { Claim } from "../../../core/model/claim.ts";
import { generationOf } from "../../authority/issuers.ts";
import type { Look } from "../look.ts";
import { generationWords, isSignedBy, short } from "../wanted.ts";
import { observeTokenSigner } from "./token-keys.ts";
import { fails, holds, unknowable, type Seen } from "./seen.ts";

export const observePresents = async (
  look: Look,
  { slot: id, generation: number }: Extract<Claim, { kind: "presents" }>,
): Promise<Seen> => {
  const slot = look.slot(id);
  const { node, path } = slot.place;
  if (slot.place.form?.kind === "private-key") return observeTokenSigner(look, slot, number);
  const generation = generationOf(await look.issuer(slot.issuer), number);
  const { verifySignature } = look.at.ports;
  const words = generationWords(slot.issuer, number);
  const found = await look.content(id);
  if (!found.ok) return unknowable(found.why, node);
  const [filed] = found.value.certificates;
  if (filed === undefined) return fails("read-back", `${path} holds no certificate`, node);
  if (slot.port === undefined) {
    return isSignedBy(filed, generation, verifySignature)
      ? holds("read-back", `${path}: ${short(filed.fingerprint)}, signed by ${words}`, node)
      : fails("read-back", `${path}: ${short(filed.fingerprint)} is not signed by ${words}`, node);
  }
  const served = await look.served(id);
  if (!served.ok) return unknowable(served.why, node);
  const [leaf] = served.value;
  const where = `${slot.port.host}:${slot.port.port}`;
  if (leaf === undefined || leaf.fingerprint !== filed.fingerprint) {
    const shown = leaf === undefined ? "nothing" : short(leaf.fingerprint);
    return fails(
      "handshake",
      `${where} shows ${shown}, and ${path} holds ${short(filed.fingerprint)}`,
      node,
    );
  }
  return isSignedBy(leaf, generation, verifySignature)
    ? holds("handshake", `${where} shows ${short(leaf.fingerprint)}, signed by ${words}`, node)
    : fails(
        "handshake",
        `${where} shows ${short(leaf.fingerprint)}, which ${words} has not signed`,
        node,
      );
};
