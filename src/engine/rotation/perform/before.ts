import { failure } from "../../../core/errors/certwright-error.ts";
import type { KubeconfigField } from "../../../core/kubeconfig/kubeconfig.ts";
import type { EstateNode } from "../../../core/model/estate.ts";
import { certificateField, kubeconfigIn } from "../place/kubeconfig.ts";
import type { PlacedSlot } from "../layout.ts";
import { digestOf, type SlotContent } from "../read-slot.ts";
import type { FormerFile } from "../run-backup.ts";
import type { Hands } from "./hands.ts";
import { linkedChanges, nextBehind, type PlaceChange } from "./place-changes.ts";

/** The changes that bring back what a slot held before the run. Throws rotation.was-absent, backup.*, node.*. */
export const changesBack = async (
  hands: Hands,
  slot: PlacedSlot,
  node: EstateNode | undefined,
  found: SlotContent,
): Promise<readonly PlaceChange[]> => {
  const { form } = slot.place;
  if (form?.kind === "object") {
    const former = await hands.backup.beforeFields(slot);
    return (found.fields ?? []).flatMap((field): PlaceChange[] => {
      const value = former.find(({ resource }) => resource === field.resource)?.value;
      if (value === undefined || value === field.value) return [];
      return [{ kind: "field", form, field, value }];
    });
  }
  const former = await hands.backup.before(slot);
  switch (form?.kind) {
    case "kubeconfig":
      return partsBack(slot, former[0]!, found);
    case "kubelet-pem":
      return linkBack(hands, slot, node, former[0]!, found);
    default:
      return filesBack(hands, slot, former, found);
  }
};

const filesBack = (
  { at: { ports } }: Hands,
  slot: PlacedSlot,
  former: readonly FormerFile[],
  found: SlotContent,
): readonly PlaceChange[] =>
  former.toReversed().flatMap(({ path, bytes, mode = 0o600 }): PlaceChange[] => {
    if (bytes === undefined) throw failure("rotation.was-absent", { slot: slot.id, path });
    const now = path === slot.place.path ? found.file : found.key;
    const expect = now?.facts?.digest;
    // The key is as it was after every change that kept it.
    if (expect === digestOf(ports, bytes)) return [];
    return [{ kind: "file", write: { path, bytes, expect, mode } }];
  });

/** Only what is this slot's: others may have changed the rest since. */
const partsBack = (
  slot: PlacedSlot,
  { path, bytes }: FormerFile,
  { file }: SlotContent,
): readonly PlaceChange[] => {
  if (bytes === undefined || file === undefined) {
    throw failure("rotation.was-absent", { slot: slot.id, path });
  }
  const kubeconfig = kubeconfigIn({ path, bytes });
  const fields: readonly KubeconfigField[] =
    slot.role === "trusts" ? [certificateField(slot.role)] : ["client-certificate", "client-key"];
  const parts = fields.flatMap((field) => {
    const part = kubeconfig.part(field);
    return part.kind === "inline" ? [[field, part.bytes] as const] : [];
  });
  return [{ kind: "parts", file, parts: new Map(parts) }];
};

/** To the former file where it still is what it was, else to a new one like it. */
const linkBack = async (
  { at: { ports, sessions } }: Hands,
  slot: PlacedSlot,
  node: EstateNode | undefined,
  { path, bytes, link }: FormerFile,
  found: SlotContent,
): Promise<readonly PlaceChange[]> => {
  if (bytes === undefined) throw failure("rotation.was-absent", { slot: slot.id, path });
  return sessions.use(node, async (session) => {
    const there = link?.startsWith("/") === true ? await session.facts(link) : undefined;
    if (link !== undefined && there?.digest === digestOf(ports, bytes)) {
      return [{ kind: "link", link: { path, target: link, expect: found.link } }];
    }
    const target = await nextBehind(session, path, ports.clock.now());
    return linkedChanges(slot, bytes, found, target);
  });
};
