import { failure } from "../../../core/errors/certwright-error.ts";
import { equalBytes } from "../../../core/bytes/compare.ts";
import type { KubeconfigField } from "../../../core/kubeconfig/kubeconfig.ts";
import { formatInstant } from "../../../core/x509/time.ts";
import type { NodeFile, NodeLink, NodeSession, NodeWrite } from "../../../ports/node.ts";
import { encodedField, type ObjectField, type ObjectForm } from "../kubernetes/objects.ts";
import type { Digest } from "../../../core/model/inventory.ts";
import type { EstateNode } from "../../../core/model/estate.ts";
import type { PlacedSlot } from "../layout.ts";
import type { Standpoint } from "../look.ts";
import { certificateField, withParts } from "../place/kubeconfig.ts";
import type { SlotContent } from "../read-slot.ts";
import type { ContentBytes } from "./content-bytes.ts";

/** What changes a place, as a compare-and-swap with what was just read there. */
export type PlaceChange =
  | { readonly kind: "file"; readonly write: NodeWrite }
  /** Of a file in which other slots may have parts, too. */
  | {
      readonly kind: "parts";
      readonly file: NodeFile;
      readonly parts: ReadonlyMap<KubeconfigField, Uint8Array>;
    }
  | { readonly kind: "removal"; readonly path: string; readonly expect: Digest }
  /** After the files. */
  | { readonly kind: "link"; readonly link: NodeLink }
  | {
      readonly kind: "field";
      readonly form: ObjectForm;
      readonly field: ObjectField;
      readonly value: string;
    };

/** Files that nobody but their owner need read. */
const keyMode = 0o600;
const certificateMode = 0o644;

/** The changes that put these bytes into a slot, keys before certificates. Throws kubeconfig.*, rotation.*, node.*. */
export const changesFor = async (
  { sessions, ports }: Pick<Standpoint, "sessions" | "ports">,
  slot: PlacedSlot,
  node: EstateNode | undefined,
  bytes: ContentBytes,
  found: SlotContent,
): Promise<readonly PlaceChange[]> => {
  const { place, role } = slot;
  const { certificate, key } = bytes;
  switch (place.form?.kind) {
    case undefined:
    case "key":
      return fileChanges(slot, bytes, found);
    case "public-keys":
    case "private-key":
      return bareKeyChanges(slot, certificate ?? key, found);
    case "kubeconfig": {
      const { file } = found;
      if (file === undefined)
        throw failure("rotation.no-leaf", { slot: slot.id, path: place.path });
      const parts = new Map<KubeconfigField, Uint8Array>();
      if (certificate !== undefined) parts.set(certificateField(role), certificate);
      if (key !== undefined) parts.set("client-key", key);
      return [{ kind: "parts", file, parts }];
    }
    case "kubelet-pem": {
      const target = await sessions.use(node, (session) =>
        nextBehind(session, place.path, ports.clock.now()),
      );
      return linkedChanges(slot, joined([certificate, key]), found, target);
    }
    case "object": {
      const { form } = place;
      const pem = certificate ?? new Uint8Array();
      return (found.fields ?? []).map((field) => ({
        kind: "field",
        form,
        field,
        value: encodedField(form, field, pem),
      }));
    }
  }
};

const fileChanges = (
  { place }: PlacedSlot,
  { certificate, key }: ContentBytes,
  found: SlotContent,
): readonly PlaceChange[] => {
  const owner = place.owner === undefined ? {} : { owner: place.owner };
  const changes: PlaceChange[] = [];
  if (key !== undefined && place.key !== undefined) {
    const expect = found.key?.facts?.digest;
    const write = { path: place.key, bytes: key, expect, mode: keyMode, ...owner };
    changes.push({ kind: "file", write });
  }
  if (certificate !== undefined) {
    const expect = found.file?.facts.digest;
    const write = { path: place.path, bytes: certificate, expect, mode: certificateMode, ...owner };
    changes.push({ kind: "file", write });
  }
  return changes;
};

/** What a slot is alone: of a CA's home the key, of a signer's own files both, the certificate first. */
export const removals = (
  { place: { path, key, form } }: PlacedSlot,
  { file, key: found }: SlotContent,
): readonly PlaceChange[] => {
  const files = [
    ...(form === undefined && file !== undefined ? [{ path, facts: file.facts }] : []),
    ...(key !== undefined && found?.facts !== undefined ? [{ path: key, facts: found.facts }] : []),
  ];
  return files.map(({ path: at, facts }) => ({ kind: "removal", path: at, expect: facts.digest }));
};

/** One file; kubeadm keeps the public keys as much to their owner as the private one (client-go, util/keyutil, WriteKey). */
const bareKeyChanges = (
  { place: { path, owner } }: PlacedSlot,
  bytes: Uint8Array | undefined,
  { file }: SlotContent,
): readonly PlaceChange[] => {
  if (bytes === undefined) return [];
  const write: NodeWrite = {
    path,
    bytes,
    expect: file?.facts.digest,
    mode: keyMode,
    ...(owner === undefined ? {} : { owner }),
  };
  return [{ kind: "file", write }];
};

/**
 * A new file beside the link, then the link: the kubelet refuses a plain file at the link's path, and keeps former
 * files (client-go, util/certificate/certificate_store.go).
 */
export const linkedChanges = (
  { place: { path, owner } }: Pick<PlacedSlot, "place">,
  bytes: Uint8Array,
  { link: expect }: SlotContent,
  target: string,
): readonly PlaceChange[] => {
  const write: NodeWrite = {
    path: target,
    bytes,
    expect: undefined,
    mode: keyMode,
    ...(owner === undefined ? {} : { owner }),
  };
  return [
    { kind: "file", write },
    { kind: "link", link: { path, target, expect } },
  ];
};

/** "…/kubelet-client-2026-11-23-04-00-00.pem": named by the time, as the kubelet names its own. */
const namedByTime = (path: string, time: number): string => {
  const stamp = formatInstant(time).replace(/Z$/, "").replaceAll(/[T:]/g, "-");
  return `${path.replace(/(-current)?\.pem$/, "")}-${stamp}.pem`;
};

/** A path for the next file behind a link that nothing has: of this second, or of one of the next. Throws node.*. */
export const nextBehind = async (
  session: Pick<NodeSession, "facts">,
  path: string,
  now: number,
): Promise<string> => {
  for (let time = now; ; time += 1000) {
    const target = namedByTime(path, time);
    if ((await session.facts(target)) === undefined) return target;
  }
};

const joined = (parts: readonly (Uint8Array | undefined)[]): Uint8Array => {
  const there = parts.filter((one) => one !== undefined);
  const whole = new Uint8Array(there.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const one of there) {
    whole.set(one, at);
    at += one.length;
  }
  return whole;
};

/**
 * One write for each file: parts of one file that several slots change together, and one file that several slots are.
 * Throws node.changed where two looks at a file saw different ones, kubeconfig.*.
 */
export const writesOf = (
  node: string | undefined,
  changes: readonly PlaceChange[],
): readonly NodeWrite[] => {
  const writes = new Map<string, NodeWrite>();
  const shared = new Map<
    string,
    { readonly file: NodeFile; parts: Map<KubeconfigField, Uint8Array> }
  >();
  const twice = (path: string): Error =>
    failure("node.changed", { node: node ?? "this machine", path, found: "was changed" });
  for (const change of changes) {
    if (change.kind === "file") {
      const { path, bytes } = change.write;
      const former = writes.get(path);
      if (former !== undefined && !equalBytes(former.bytes, bytes)) throw twice(path);
      writes.set(path, change.write);
    } else if (change.kind === "parts") {
      const { file, parts } = change;
      const former = shared.get(file.path);
      if (former !== undefined && former.file.facts.digest !== file.facts.digest) {
        throw twice(file.path);
      }
      shared.set(file.path, { file, parts: new Map([...(former?.parts ?? []), ...parts]) });
    }
  }
  const rewritten = [...shared.values()].map(({ file, parts }): NodeWrite => {
    const { path, facts } = file;
    return { path, bytes: withParts(file, parts), expect: facts.digest, mode: facts.mode };
  });
  return [...writes.values(), ...rewritten];
};
