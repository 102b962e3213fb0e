import type { Claim, Content } from "../../model/claim.ts";
import type { Edge, GenerationFacts, Slot } from "../../model/inventory.ts";
import { isKeyPair } from "../key-pairs.ts";
import { bundleIn, slotsOfEdge, type Survey } from "../survey.ts";

export const holds = (slot: Slot, content: Content): Claim => ({
  kind: "holds",
  slot: slot.id,
  content,
});

/**
 * How a slot shows that it is in use as it stands: a verifier lets probe leaves of `accepted` in and turns those of
 * `refused` away, a server's port shows the leaf, or signs a token with the key. A client's own leaf is seen only where it dials: by the edges.
 */
export const inUse = (
  slot: Slot,
  content: Content,
  { accepted, refused }: { accepted: readonly number[]; refused: readonly number[] },
): readonly Claim[] => {
  const { id, issuer } = slot;
  // Whoever reads an object reads what it holds; nobody loads it elsewhere.
  if (slot.place.form?.kind === "object") return [];
  if (slot.role === "trusts") {
    return [
      ...accepted.map((generation) => ({ kind: "accepts", slot: id, issuer, generation }) as const),
      ...refused.map((generation) => ({ kind: "refuses", slot: id, issuer, generation }) as const),
    ];
  }
  const shown = content.kind === "leaf" || (isKeyPair(slot) && content.kind === "signer");
  if (slot.port === undefined || !shown) return [];
  return [{ kind: "presents", slot: id, generation: content.generation }];
};

/** Probe leaves are signed by the generation itself: none can be made of one whose key is not here. */
export const probed = ({ number, canSign }: GenerationFacts): readonly number[] =>
  canSign ? [number] : [];

/** A generation that an earlier run left in a bundle is let in before as after. */
export const unlessHeld = (survey: Survey, slot: Slot, number: number): readonly number[] =>
  bundleIn(survey, slot).generations.includes(number) ? [] : [number];

/** That all these edges verify. */
export const verifying = (edges: readonly Edge[]): readonly Claim[] =>
  edges.map(({ id }) => ({ kind: "verifies", edge: id }));

/** Every edge that any of these issuers' certificates is verified on. */
export const edgesOf = (survey: Survey, issuers: ReadonlySet<string>): readonly Claim[] =>
  verifying(
    survey.edges.filter((edge) =>
      slotsOfEdge(edge).some((id) => issuers.has(survey.slots.get(id)?.issuer ?? "")),
    ),
  );
