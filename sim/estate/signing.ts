import type { KeyId } from "../../src/core/model/certificate.ts";
import { isHome } from "../../src/core/plan/signers.ts";
import type { SymbolicCertificate } from "./certificate.ts";
import type { SimulatedConsumer, SimulatedEstate } from "./state.ts";

/** What a controller-manager signs with. */
export interface SigningPair {
  readonly certificates: readonly SymbolicCertificate[];
  readonly key: KeyId | undefined;
  /** One certificate and its own key: anything else is refused, at the start and while it runs. */
  readonly good: boolean;
}

/** What lies where its flags lead; undefined for whoever signs nothing. */
export const signingPair = (
  estate: SimulatedEstate,
  { node, flags }: Pick<SimulatedConsumer, "node" | "flags">,
): SigningPair | undefined => {
  const path = flags?.["cluster-signing-cert-file"];
  const keyPath = flags?.["cluster-signing-key-file"];
  if (path === undefined || keyPath === undefined) return undefined;
  const on = [...estate.slots.values()].filter(({ facts }) => facts.place.node === node);
  const certificates =
    on.find(({ facts }) => facts.place.path === path && !isHome(facts))?.disk.certificates ?? [];
  const key = on.find(({ facts }) => facts.place.key === keyPath)?.disk.key;
  return { certificates, key, good: certificates.length === 1 && certificates[0]?.key === key };
};

/** Whether kubeadm, which takes the first certificate of a bundle, finds the key that belongs to it. */
export const kubeadmPair = (
  estate: SimulatedEstate,
  id: Parameters<typeof estate.slots.get>[0],
): SigningPair => {
  const { facts, disk } = estate.slots.get(id)!;
  const beside = [...estate.slots.values()].find(
    (slot) =>
      slot.facts.role === "trusts" &&
      slot.facts.place.node === facts.place.node &&
      slot.facts.place.path === facts.place.path,
  );
  const [first] = beside?.disk.certificates ?? [];
  return {
    certificates: first === undefined ? [] : [first],
    key: disk.key,
    good: first !== undefined && first.key === disk.key,
  };
};
