import { failure } from "../../../core/errors/certwright-error.ts";
import { utf8Bytes } from "../../../core/bytes/utf8.ts";
import type { Certificate } from "../../../core/model/certificate.ts";
import type { Content } from "../../../core/model/claim.ts";
import type { Digest } from "../../../core/model/inventory.ts";
import type { NodeWrite } from "../../../ports/node.ts";
import { generationOf } from "../../authority/issuers.ts";
import type { PlacedSlot } from "../layout.ts";
import type { SlotContent } from "../read-slot.ts";
import { pemOf } from "../root-client.ts";
import { digestOf } from "../read-slot.ts";
import type { Hands } from "./hands.ts";

/** Files that nobody but their owner need read. */
const keyMode = 0o600;
const certificateMode = 0o644;

/** The files that put a content in a slot, key before certificate, each as a compare-and-swap with what was just read. */
export const writesFor = async (
  hands: Hands,
  slot: PlacedSlot,
  content: Content,
  found: SlotContent,
): Promise<readonly NodeWrite[]> => {
  switch (content.kind) {
    case "bundle":
      return [certificateWrite(slot, await bundle(hands, content, found), found)];
    case "signer":
      throw failure("rotation.no-leaf", { slot: slot.id, path: slot.place.path });
    case "leaf":
      return leaf(hands, slot, content, found);
    case "before":
      return before(hands, slot, found);
  }
};

const certificateWrite = (
  { place }: PlacedSlot,
  certificates: readonly Certificate[],
  found: SlotContent,
): NodeWrite => ({
  path: place.path,
  bytes: utf8Bytes(pemOf(certificates)),
  expect: found.file?.facts.digest,
  mode: certificateMode,
  ...(place.owner === undefined ? {} : { owner: place.owner }),
});

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

const leaf = async (
  hands: Hands,
  slot: PlacedSlot,
  content: Extract<Content, { kind: "leaf" }>,
  found: SlotContent,
): Promise<readonly NodeWrite[]> => {
  const [like] = found.certificates;
  const { path, key: keyPath, owner } = slot.place;
  if (like === undefined) throw failure("rotation.no-leaf", { slot: slot.id, path });
  const { generation, issuer, via, key: wanted } = content;
  const reissued = await hands.at.ports.authority.reissue({
    issuer,
    generation,
    like,
    key: wanted,
    ...(via === undefined ? {} : { via }),
  });
  const { key, presented } = reissued;
  const certificate = certificateWrite(slot, presented, found);
  if (key === undefined || keyPath === undefined) return [certificate];
  return [
    {
      path: keyPath,
      bytes: utf8Bytes(key.pem("pkcs8")),
      expect: found.key?.facts?.digest,
      mode: keyMode,
      ...(owner === undefined ? {} : { owner }),
    },
    certificate,
  ];
};

const before = async (
  hands: Hands,
  slot: PlacedSlot,
  found: SlotContent,
): Promise<readonly NodeWrite[]> => {
  const there = new Map<string, Digest | undefined>([
    [slot.place.path, found.file?.facts.digest],
    [slot.place.key ?? "", found.key?.facts?.digest],
  ]);
  const former = await hands.backup.before(slot);
  return former.toReversed().flatMap(({ path, bytes, mode = certificateMode }): NodeWrite[] => {
    if (bytes === undefined) throw failure("rotation.was-absent", { slot: slot.id, path });
    const expect = there.get(path);
    // The key is as it was after every change that kept it.
    if (expect === digestOf(hands.at.ports, bytes)) return [];
    return [{ path, bytes, expect, mode }];
  });
};
