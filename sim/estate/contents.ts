import type { Instant } from "../../src/core/model/certificate.ts";
import type { Content } from "../../src/core/model/claim.ts";
import type { Digest, SlotId } from "../../src/core/model/inventory.ts";
import { isHome } from "../../src/core/plan/signers.ts";
import { symbolicDigest } from "../symbolic-digest.ts";
import { keyNamed, makeCertificate, type SymbolicCertificate } from "./certificate.ts";
import type { SimulatedEstate, SimulatedGeneration, SimulatedSlot, SlotFile } from "./state.ts";

export const generationOf = (
  estate: SimulatedEstate,
  issuer: string,
  number: number,
): SimulatedGeneration | undefined =>
  estate.issuers.get(issuer)?.find((generation) => generation.number === number);

/** A place where nothing is. */
export const nothing: SlotFile = {
  certificates: [],
  bytes: "" as Digest,
  mode: 0,
  changedAt: 0,
  absent: true,
};

/** Whether what lies at a slot's place is that content. `saved`: what the run's backup holds of the slot. */
export const isContent = (
  estate: SimulatedEstate,
  { facts, disk: file }: Pick<SimulatedSlot, "facts" | "disk">,
  content: Content,
  saved: SlotFile | undefined,
): boolean => {
  if (content.kind === "before") {
    if (saved !== undefined && facts.source !== undefined)
      return (
        file.certificates.length === saved.certificates.length &&
        file.certificates.every((one) => saved.certificates.includes(one))
      );
    return saved !== undefined && file.bytes === saved.bytes && file.mode === saved.mode;
  }
  if (content.kind === "nothing") return file.absent === true;
  if (file.absent === true) return false;
  const held = file.certificates;
  // API servers and controllers write what they publish in whatever order they come to it.
  const inOrder = facts.source === undefined;
  if (content.kind === "bundle") {
    const own = content.generations.map(
      (number) => generationOf(estate, content.issuer, number)?.certificate,
    );
    return (
      held.length === own.length + content.others.length &&
      own.every(
        (certificate, index) =>
          certificate !== undefined &&
          (inOrder ? held[index] === certificate : held.includes(certificate)),
      ) &&
      content.others.every((other) => held.some(({ fingerprint }) => fingerprint === other))
    );
  }
  const generation = generationOf(estate, content.issuer, content.generation);
  if (content.kind === "signer") {
    // kubeadm's: the key alone; the certificate beside it is another slot's.
    const alone = isHome(facts) || (held.length === 1 && held[0] === generation?.certificate);
    return generation !== undefined && file.key === generation.key && alone;
  }
  const cross =
    content.via === undefined
      ? undefined
      : generation?.crossSigns.find(({ by }) => by === content.via)?.certificate;
  return (
    generation !== undefined &&
    held[0] !== undefined &&
    !held[0].ca &&
    held[0].fingerprint !== content.insteadOf &&
    held[0].signedBy === generation.key &&
    file.key === held[0].key &&
    content.insteadOf !== held[0].fingerprint &&
    (content.via === undefined || (cross !== undefined && held.includes(cross)))
  );
};

/** How far back a new leaf is dated: what certwright's own profiles do. */
const backdated = 300_000;
const leafLifetime = 365 * 86_400_000;

/** The file that a content asks for; undefined when it cannot be made: no such generation, cross-signature or backup. */
export const makeFile = (
  estate: SimulatedEstate,
  slot: SlotId,
  content: Content,
  saved: SlotFile | undefined,
  issue: (facts: { readonly now: Instant }) => number,
): Omit<SlotFile, "changedAt"> | undefined => {
  if (content.kind === "before") return saved;
  if (content.kind === "nothing") return nothing;
  const current = estate.slots.get(slot)!.disk;
  if (content.kind === "bundle") {
    const own = content.generations.map(
      (number) => generationOf(estate, content.issuer, number)?.certificate,
    );
    const others = content.others.map((other) =>
      estate.strangers.find(({ fingerprint }) => fingerprint === other),
    );
    const certificates = [...own, ...others];
    if (certificates.includes(undefined)) return undefined;
    return withBytes({ certificates: certificates as SymbolicCertificate[], mode: current.mode });
  }
  const generation = generationOf(estate, content.issuer, content.generation);
  if (content.kind === "signer") {
    if (generation === undefined) return undefined;
    const { certificate, key } = generation;
    const certificates = isHome(estate.slots.get(slot)!.facts) ? [] : [certificate];
    return withBytes({ certificates, key, mode: 0o600 });
  }
  const cross =
    content.via === undefined
      ? undefined
      : generation?.crossSigns.find(({ by }) => by === content.via)?.certificate;
  if (generation === undefined || (content.via !== undefined && cross === undefined))
    return undefined;
  const now = estate.clock.now();
  const serial = issue({ now });
  const key = content.key === "same" ? current.key! : keyNamed(`${slot} ${serial}`);
  const leaf = makeCertificate(`${slot} ${serial}`, {
    key,
    signedBy: generation.key,
    ca: false,
    issuer: content.issuer,
    generation: content.generation,
    subject: current.certificates[0]?.subject ?? `CN=${slot}`,
    notBefore: now - backdated,
    notAfter: now + leafLifetime,
  });
  estate.leaves.set(leaf.fingerprint, leaf);
  const certificates = cross === undefined ? [leaf] : [leaf, cross];
  return withBytes({ certificates, key, mode: current.mode });
};

const withBytes = (file: Omit<SlotFile, "changedAt" | "bytes">): Omit<SlotFile, "changedAt"> => ({
  ...file,
  bytes: symbolicDigest(
    `${file.key ?? ""} ${file.certificates.map(({ fingerprint }) => fingerprint).join(" ")}`,
  ),
});
