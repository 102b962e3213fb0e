import type { Consumer, Place, Slot } from "../model/inventory.ts";

/**
 * A program that signs with a CA while it runs. kube-controller-manager refuses a signer of more than one certificate
 * (pkg/controller/certificates/signer/ca_provider.go: "expected 1 certificate"), and kubeadm has it sign with the very
 * ca.crt that has to hold two during a rotation.
 */
export interface Signer {
  readonly consumer: Consumer;
  /** Files of its own. */
  readonly slot: Slot;
  /** Where kubeadm keeps that CA, certificate and key; absent: its own files are all there are. */
  readonly home?: Slot;
}

/** With these flags a kube-controller-manager signs with what lies at that place. */
export const signingFlags = ({ path, key }: Place): Readonly<Record<string, string>> => ({
  "cluster-signing-cert-file": path,
  ...(key === undefined ? {} : { "cluster-signing-key-file": key }),
});

/** With these it signs nothing, and leaves signing requests to somebody else; so kubeadm has it where a CA's key is elsewhere. */
export const unsignedFlags: Readonly<Record<string, string>> = {
  "cluster-signing-cert-file": "",
  "cluster-signing-key-file": "",
};

/** Whether a slot is where kubeadm keeps a CA. */
export const isHome = ({ role, place }: Slot): boolean =>
  role === "signs" && place.form?.kind === "key";

export const signersIn = (
  slots: readonly Slot[],
  consumers: ReadonlyMap<Consumer["id"], Consumer>,
): readonly Signer[] => {
  const homes = new Map(
    slots.filter(isHome).map((slot) => [`${slot.place.node} ${slot.issuer}`, slot]),
  );
  return slots
    .filter((slot) => slot.role === "signs" && !isHome(slot))
    .filter((slot) => consumers.get(slot.consumer)!.signsWith !== "")
    .map((slot) => {
      const home = homes.get(`${slot.place.node} ${slot.issuer}`);
      const consumer = consumers.get(slot.consumer)!;
      return home === undefined ? { consumer, slot } : { consumer, slot, home };
    });
};
