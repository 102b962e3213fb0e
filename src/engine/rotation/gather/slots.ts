import { placeText, type MaterialFault } from "../../../core/material/material.ts";
import type { Held, IssuerFacts, Slot, SlotFault } from "../../../core/model/inventory.ts";
import type { PlacedSlot } from "../layout.ts";
import type { Look } from "../look.ts";
import type { SlotContent } from "../read-slot.ts";
import type { Fingerprint, KeyId } from "../../../core/model/certificate.ts";
import { short } from "../wanted.ts";

/** Every slot with what lies at its place, what is wrong with that, and what its port shows. */
export const gatherSlots = (
  look: Look,
  issuers: readonly IssuerFacts[],
): Promise<readonly Slot[]> =>
  Promise.all([...look.at.layout.slots.values()].map((slot) => gatherSlot(look, slot, issuers)));

const gatherSlot = async (
  look: Look,
  placed: PlacedSlot,
  issuers: readonly IssuerFacts[],
): Promise<Slot> => {
  const [content, served] = await Promise.all([
    look.contentAndKey(placed.id),
    placed.role === "presents" && placed.port !== undefined ? look.served(placed.id) : undefined,
  ]);
  const serves =
    served?.ok === true ? { serves: served.value.map(({ fingerprint }) => fingerprint) } : {};
  if (!content.ok) {
    const faults = [{ kind: "unreadable", evidence: content.why }] as const;
    return { ...placed, ...serves, faults };
  }
  const faults = [
    ...faultsIn(placed, content.value, issuers),
    ...(await orderFaults(look, placed, content.value, issuers)),
  ];
  const held = heldOf(content.value);
  return {
    ...placed,
    ...serves,
    ...(held === undefined ? {} : { holds: held }),
    ...(faults.length === 0 ? {} : { faults }),
  };
};

const heldOf = ({ held, certificates, bareKeys }: SlotContent): Held | undefined =>
  held && {
    digest: held.digest,
    certificates:
      // A key without a certificate goes by its own name: see CertificateFacts.
      bareKeys?.map(({ id }) => id as string as Fingerprint) ??
      certificates.map(({ fingerprint }) => fingerprint),
    mode: held.mode,
    changedAt: held.changedAt,
  };

const faultsIn = (
  slot: PlacedSlot,
  content: SlotContent,
  issuers: readonly IssuerFacts[],
): readonly SlotFault[] => {
  const { held, certificates, strayKeys, faults, key, bareKeys } = content;
  const { path } = slot.place;
  if (slot.role === "signs") return signerFaults(slot, content, issuers);
  if (held === undefined) return [];
  const found: SlotFault[] = [];
  // A key beside the certificate in one file is how some programs have it; in a bundle it is given to everybody.
  if (slot.role === "trusts" && strayKeys > 0) {
    found.push({ kind: "private-key", evidence: `${path} holds ${strayKeys} private key(s)` });
  }
  const harmful = faults.filter(({ harmless }) => !harmless);
  if (harmful.length > 0) {
    found.push({ kind: "malformed", evidence: harmful.map(faultText).join("; ") });
  } else if (bareKeys?.length === 0) {
    found.push({ kind: "malformed", evidence: `${path} holds no public key` });
  } else if (bareKeys === undefined && certificates.length === 0) {
    found.push({ kind: "malformed", evidence: `${path} holds no certificate` });
  }
  const [leaf] = certificates;
  if (slot.role === "presents" && leaf !== undefined && key !== undefined) {
    const { key: where = path, form } = slot.place;
    if (key.facts === undefined) {
      const missing = form === undefined ? "there is no such file" : "there is no key in it";
      found.push({ kind: "key-mismatch", evidence: `${where}: ${missing}` });
    } else if (key.id === undefined) {
      found.push({ kind: "unreadable", evidence: `${where}: its private key cannot be read` });
    } else if (key.id !== leaf.publicKey.id) {
      const evidence = `${where} is not the key of ${short(leaf.fingerprint)} in ${path}`;
      found.push({ kind: "key-mismatch", evidence });
    }
  }
  return found;
};

/**
 * A CA's own key, which kubeadm signs with. A file that a controller-manager is to be given alone is written whole,
 * whatever is there.
 */
const signerFaults = (
  { place, issuer }: PlacedSlot,
  { certificates, key }: SlotContent,
  issuers: readonly IssuerFacts[],
): readonly SlotFault[] => {
  const { path, key: where = path, form } = place;
  if (form?.kind === "private-key" && key?.facts !== undefined && key.id === undefined) {
    return [{ kind: "unreadable", evidence: `${path}: its private key cannot be read` }];
  }
  if (form?.kind !== "key") return [];
  if (key?.facts === undefined) {
    const current = issuers
      .find(({ name }) => name === issuer)
      ?.generations.findLast(({ stage }) => stage === "issuing");
    // kubeadm's external CA mode: the key is nowhere, neither here nor in the PKI.
    if (current?.canSign === false) return [];
    const evidence = `${where}: there is no such file, so that the CA's key is elsewhere`;
    return [{ kind: "key-mismatch", evidence }];
  }
  if (key.id === undefined) {
    return [{ kind: "unreadable", evidence: `${where}: its private key cannot be read` }];
  }
  if (certificates.length > 0) return [];
  return [{ kind: "key-mismatch", evidence: `${where} is the key of no certificate in ${path}` }];
};

const faultText = ({ place, message }: MaterialFault): string =>
  message.includes(place.source) ? message : `${placeText(place)}: ${message}`;

/**
 * kubeadm takes the first certificate of a bundle for the CA whose key lies beside it (certs[0] in pkiutil's
 * TryLoadCertFromDisk), and its next renewal fails or drops the others. Only where kubeadm started the member. In the
 * midst of a rotation that key is another one than the generation's that issues.
 */
const orderFaults = async (
  look: Look,
  slot: PlacedSlot,
  { held, certificates }: SlotContent,
  issuers: readonly IssuerFacts[],
): Promise<readonly SlotFault[]> => {
  if (held === undefined || slot.role !== "trusts") return [];
  if (look.consumer(slot.consumer).service.kind !== "static-pod") return [];
  const issuer = issuers.find(({ name }) => name === slot.issuer);
  const signing =
    (await keyBeside(look, slot)) ??
    issuer?.generations.findLast(({ stage }) => stage === "issuing")?.key;
  const at = certificates.findIndex(({ publicKey }) => publicKey.id === signing);
  if (at <= 0) return [];
  const evidence = `${slot.place.path}: ${short(certificates[0]!.fingerprint)} stands before ${short(certificates[at]!.fingerprint)}, with which ${slot.issuer} signs`;
  return [{ kind: "order", evidence }];
};

/** That of the CA whose certificate kubeadm takes from this file; undefined: none lies there. */
const keyBeside = async (look: Look, { place }: PlacedSlot): Promise<KeyId | undefined> => {
  const home = [...look.at.layout.slots.values()].find(
    (one) =>
      one.role === "signs" &&
      one.place.form?.kind === "key" &&
      one.place.node === place.node &&
      one.place.path === place.path,
  );
  const content = home === undefined ? undefined : await look.contentAndKey(home.id);
  return content?.ok === true ? content.value.key?.id : undefined;
};
