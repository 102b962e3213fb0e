import { failure } from "../../../core/errors/certwright-error.ts";
import { utf8Bytes } from "../../../core/bytes/utf8.ts";
import type { Certificate } from "../../../core/model/certificate.ts";
import type { Content } from "../../../core/model/claim.ts";
import { readPem, writePem } from "../../../core/x509/pem.ts";
import { generationOf } from "../../authority/issuers.ts";
import type { PlacedSlot } from "../layout.ts";
import type { SlotContent } from "../read-slot.ts";
import { pemOfKeys, type BareKey } from "../place/bare-keys.ts";
import { pemOf } from "../root-client.ts";
import type { Hands } from "./hands.ts";

/** PEM for a slot, wherever it stands. Absent: what is there stays. */
export interface ContentBytes {
  readonly certificate?: Uint8Array;
  readonly key?: Uint8Array;
}

/**
 * Makes what a content says. For a place with certificate and key in one file the key is there in any case: "same" is
 * taken over from the bytes that were read, in memory. Throws authority.*, keystore.*, rotation.*.
 */
export const contentBytes = async (
  hands: Hands,
  slot: PlacedSlot,
  content: Exclude<Content, { kind: "before" | "nothing" }>,
  found: SlotContent,
): Promise<ContentBytes> => {
  switch (content.kind) {
    case "bundle":
      if (found.bareKeys !== undefined) {
        return {
          certificate: utf8Bytes(pemOfKeys(await publicKeys(hands, content, found.bareKeys))),
        };
      }
      return { certificate: utf8Bytes(pemOf(await bundle(hands, content, found))) };
    case "signer":
      return signer(hands, slot, content);
    case "leaf":
      return leaf(hands, slot, content, found);
  }
};

const bundle = async (
  { look }: Hands,
  content: Extract<Content, { kind: "bundle" }>,
  { certificates }: SlotContent,
): Promise<readonly Certificate[]> => {
  const issuer = await look.issuer(content.issuer);
  const others = content.others.map((fingerprint) => {
    const kept = certificates.find((one) => one.fingerprint === fingerprint);
    if (kept === undefined) throw failure("rotation.other-gone", { fingerprint });
    return kept;
  });
  return [
    ...content.generations.map((number) => generationOf(issuer, number).certificate),
    ...others,
  ];
};

/** The public keys of generations, and those beside them that stay. */
const publicKeys = async (
  { look }: Hands,
  content: Extract<Content, { kind: "bundle" }>,
  there: readonly BareKey[],
): Promise<readonly Uint8Array[]> => {
  const issuer = await look.issuer(content.issuer);
  const others = content.others.map((fingerprint) => {
    const spki = there.find(({ id }) => id === fingerprint)?.spki;
    if (spki === undefined) throw failure("rotation.other-gone", { fingerprint });
    return spki;
  });
  return [
    ...content.generations.map((number) => generationOf(issuer, number).certificate.publicKey.spki),
    ...others,
  ];
};

/** In the form in which kubeadm writes a CA's key. */
const signer = async (
  hands: Hands,
  { place }: PlacedSlot,
  { issuer, generation }: Extract<Content, { kind: "signer" }>,
): Promise<ContentBytes> => {
  const to = `${place.node ?? ""}:${place.key ?? place.path}`;
  const { certificate, key } = await hands.at.ports.authority.signer({ issuer, generation, to });
  return {
    ...(place.form?.kind === "key" || place.form?.kind === "private-key"
      ? {}
      : { certificate: utf8Bytes(pemOf([certificate])) }),
    key: utf8Bytes(key.pem("traditional")),
  };
};

const leaf = async (
  hands: Hands,
  slot: PlacedSlot,
  content: Extract<Content, { kind: "leaf" }>,
  found: SlotContent,
): Promise<ContentBytes> => {
  const [like] = found.certificates;
  const { path, form } = slot.place;
  if (like === undefined) throw failure("rotation.no-leaf", { slot: slot.id, path });
  const { generation, issuer, via, key: wanted } = content;
  const { key, presented } = await hands.at.ports.authority.reissue({
    issuer,
    generation,
    like,
    key: wanted,
    ...(via === undefined ? {} : { via }),
  });
  const certificate = utf8Bytes(pemOf(presented));
  if (key === undefined) {
    return form?.kind === "kubelet-pem"
      ? { certificate, key: sameKey(slot, found) }
      : { certificate };
  }
  // kubeadm and the kubelet write the older forms; in files of their own PKCS#8 has always been written.
  return { certificate, key: utf8Bytes(key.pem(form === undefined ? "pkcs8" : "traditional")) };
};

const sameKey = ({ id, place: { path } }: PlacedSlot, { file }: SlotContent): Uint8Array => {
  const block = readPem(file?.bytes ?? new Uint8Array()).blocks.find(({ label }) =>
    label.endsWith("PRIVATE KEY"),
  );
  if (block === undefined) throw failure("rotation.no-leaf", { slot: id, path });
  return utf8Bytes(writePem(block.label, block.der));
};
