import type { Certificate, KeyId } from "../../core/model/certificate.ts";
import type { EstateNode } from "../../core/model/estate.ts";
import type { Digest, Held } from "../../core/model/inventory.ts";
import type { MaterialFault } from "../../core/material/material.ts";
import type { NodeFile, NodeFileFacts } from "../../ports/node.ts";
import type { Apis } from "./kubernetes/apis.ts";
import { readObjects, type ObjectField } from "./kubernetes/objects.ts";
import type { PlacedSlot } from "./layout.ts";
import { publicKeysIn, type BareKey } from "./place/bare-keys.ts";
import { certificatesIn, keyIn, type Reader } from "./place/material.ts";
import { readKubeconfigPart } from "./place/kubeconfig.ts";
import type { RotationPorts } from "./ports.ts";
import type { Sessions } from "./sessions.ts";

/** What lies at a slot's place. */
export interface SlotContent {
  /** Absent: nothing is there. The digest is of the part that the slot is, of the file where it is all of one. */
  readonly held?: Pick<Held, "digest" | "mode" | "changedAt">;
  readonly certificates: readonly Certificate[];
  /** Private keys in the certificate's own file: in a bundle they have no business. */
  readonly strayKeys: number;
  readonly faults: readonly MaterialFault[];
  /** Of a slot that presents or signs. */
  readonly key?: SlotKey;
  /** The whole file that it lies in; absent for what is in no file. */
  readonly file?: NodeFile;
  /** Of a file that is changed by laying its link anew: what the link says. */
  readonly link?: string;
  /** Of a slot in objects: each of them. */
  readonly fields?: readonly ObjectField[];
  /** Where several objects do not hold the same: each content. `certificates` are those that all of them hold. */
  readonly variants?: readonly Variant[];
  /** Whoever else writes it puts the certificates into an order of its own. */
  readonly unordered?: true;
  /** Of a slot of bare keys: those that lie there, in the file's order. It holds no certificates. */
  readonly bareKeys?: readonly BareKey[];
  /** Only the key is this slot's. */
  readonly keyAlone?: true;
}

export interface Variant {
  /** "kube-root-ca.crt in default and 3 more" */
  readonly where: string;
  readonly certificates: readonly Certificate[];
}

export interface SlotKey {
  /** Of the file that it lies in. Absent: there is no such file. */
  readonly facts?: NodeFileFacts;
  /** Absent: it is encrypted, or cannot be read. */
  readonly id?: KeyId;
}

/** By what a place is reached. */
export interface Reading {
  readonly ports: Pick<RotationPorts, "digests" | "identifyKey">;
  readonly sessions: Sessions;
  readonly apis: Pick<Apis, "open">;
}

/** What of a slot says where and how it is read. */
export type ReadableSlot = Pick<PlacedSlot, "place" | "role" | "source">;

/**
 * Reads what lies at a slot's place; its key only when asked for, which for some is one file more. Throws node.*,
 * kubernetes.*, rotation.no-api.
 */
export const readSlot = async (
  { ports, sessions, apis }: Reading,
  node: EstateNode | undefined,
  slot: ReadableSlot,
  wanted: { readonly key: boolean },
): Promise<SlotContent> => {
  const { place } = slot;
  switch (place.form?.kind) {
    case undefined:
      return readFiles(ports, sessions, node, slot, wanted);
    case "key":
      return readKeyAlone(ports, sessions, node, slot);
    case "public-keys":
      return readPublicKeys(ports, sessions, node, slot);
    case "private-key":
      return readPrivateKey(ports, sessions, node, slot);
    case "kubeconfig": {
      const file = await sessions.use(node, (session) => session.read(place.path));
      return readKubeconfigPart(ports, file, slot.role);
    }
    case "kubelet-pem":
      return readLinked(ports, sessions, node, slot);
    case "object":
      return readObjects(ports, await apis.open(), place.form, slot.source !== undefined);
  }
};

const readFiles = (
  ports: Reader,
  sessions: Sessions,
  node: EstateNode | undefined,
  { place: { path, key: keyPath } }: ReadableSlot,
  wanted: { readonly key: boolean },
): Promise<SlotContent> =>
  sessions.use(node, async (session) => {
    const withKey = wanted.key && keyPath !== undefined;
    const [file, keyFile] = await Promise.all([
      session.read(path),
      !withKey || keyPath === path ? undefined : session.read(keyPath),
    ]);
    const content = contentOf(ports, file);
    if (!withKey) return content;
    return { ...content, key: keyOf(ports, keyPath === path ? file : keyFile) };
  });

/**
 * The link is read first: when it is laid anew in between, the file's digest is the new one's and the link the old one.
 * What has changed last counts: a link that leads back to a former file is news to who read the other one.
 */
const readLinked = (
  ports: Reader,
  sessions: Sessions,
  node: EstateNode | undefined,
  { place: { path } }: ReadableSlot,
): Promise<SlotContent> =>
  sessions.use(node, async (session) => {
    const link = await session.readLink(path);
    if (link === undefined) return nothing;
    const file = await session.read(path);
    const content = contentOf(ports, file);
    if (content.held === undefined) return content;
    const changedAt = Math.max(content.held.changedAt, link.changedAt);
    return {
      ...content,
      held: { ...content.held, changedAt },
      key: keyOf(ports, file),
      link: link.target,
    };
  });

/** The certificates are those at `path` that the key belongs to: they tell whose key it is. */
const readKeyAlone = (
  ports: Reader,
  sessions: Sessions,
  node: EstateNode | undefined,
  { place: { path, key: keyPath = path } }: ReadableSlot,
): Promise<SlotContent> =>
  sessions.use(node, async (session) => {
    const [file, keyFile] = await Promise.all([session.read(path), session.read(keyPath)]);
    if (keyFile === undefined) return { ...nothing, key: {}, keyAlone: true };
    const key = keyOf(ports, keyFile);
    const { certificates } = contentOf(ports, file);
    return {
      ...nothing,
      held: keyFile.facts,
      certificates: certificates.filter(({ publicKey }) => publicKey.id === key.id),
      key,
      keyAlone: true,
    };
  });

const readPublicKeys = (
  ports: Reader,
  sessions: Sessions,
  node: EstateNode | undefined,
  { place: { path } }: ReadableSlot,
): Promise<SlotContent> =>
  sessions.use(node, async (session) => {
    const file = await session.read(path);
    if (file === undefined) return { ...nothing, bareKeys: [] };
    const origin = { source: file.path, mode: file.facts.mode };
    const { keys, strayKeys, faults } = publicKeysIn(ports, file.bytes, origin);
    return { certificates: [], strayKeys, faults, file, held: file.facts, bareKeys: keys };
  });

const readPrivateKey = (
  ports: Reader,
  sessions: Sessions,
  node: EstateNode | undefined,
  { place: { path } }: ReadableSlot,
): Promise<SlotContent> =>
  sessions.use(node, async (session) => {
    const file = await session.read(path);
    if (file === undefined) return { ...nothing, bareKeys: [], key: {}, keyAlone: true };
    const key = keyOf(ports, file);
    return {
      ...nothing,
      file,
      held: file.facts,
      bareKeys: key.id === undefined ? [] : [{ id: key.id }],
      key,
      keyAlone: true,
    };
  });

const nothing: SlotContent = { certificates: [], strayKeys: 0, faults: [] };

/** The certificates in a file's bytes. */
const contentOf = (ports: Reader, file: NodeFile | undefined): SlotContent => {
  if (file === undefined) return nothing;
  const origin = { source: file.path, mode: file.facts.mode };
  return { file, held: file.facts, ...certificatesIn(ports, file.bytes, origin) };
};

const keyOf = (ports: Reader, file: NodeFile | undefined): SlotKey =>
  file === undefined
    ? {}
    : {
        facts: file.facts,
        ...keyIn(ports, file.bytes, { source: file.path, mode: file.facts.mode }),
      };

export const digestOf = (ports: Pick<RotationPorts, "digests">, bytes: Uint8Array): Digest =>
  ports.digests.sha256Hex(bytes) as Digest;
