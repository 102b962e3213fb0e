import { readMaterial } from "../../core/material/read-material.ts";
import type { MaterialFault } from "../../core/material/material.ts";
import type { Certificate, KeyId } from "../../core/model/certificate.ts";
import type { EstateNode } from "../../core/model/estate.ts";
import type { Digest } from "../../core/model/inventory.ts";
import type { NodeFile, NodeFileFacts } from "../../ports/node.ts";
import type { PlacedSlot } from "./layout.ts";
import type { RotationPorts } from "./ports.ts";
import type { Sessions } from "./sessions.ts";

/** What lies at a slot's place. */
export interface SlotContent {
  /** Absent: there is no such file. */
  readonly file?: NodeFile;
  readonly certificates: readonly Certificate[];
  /** Private keys in the certificate's own file: in a bundle they have no business. */
  readonly strayKeys: number;
  readonly faults: readonly MaterialFault[];
  /** Of a slot that presents. */
  readonly key?: SlotKey;
}

export interface SlotKey {
  /** Absent: there is no such file. */
  readonly facts?: NodeFileFacts;
  /** Absent: it is encrypted, or cannot be read. */
  readonly id?: KeyId;
}

type Reading = Pick<RotationPorts, "digests" | "identifyKey">;

/** Reads a slot's files. Throws node.*. */
export const readSlot = (
  ports: Reading,
  sessions: Sessions,
  node: EstateNode | undefined,
  { place }: Pick<PlacedSlot, "place">,
): Promise<SlotContent> =>
  sessions.use(node, async (session) => {
    const [file, keyFile] = await Promise.all([
      session.read(place.path),
      place.key === undefined || place.key === place.path ? undefined : session.read(place.key),
    ]);
    const content = contentOf(ports, file);
    if (place.key === undefined) return content;
    const from = place.key === place.path ? file : keyFile;
    return { ...content, key: keyOf(ports, from) };
  });

/** The certificates in a file's bytes. */
export const contentOf = (ports: Reading, file: NodeFile | undefined): SlotContent => {
  if (file === undefined) return { certificates: [], strayKeys: 0, faults: [] };
  const material = readMaterial(
    file.bytes,
    { source: file.path, mode: file.facts.mode, expect: "certificate" },
    ports.digests,
    ports.identifyKey,
  );
  return {
    file,
    certificates: material.certificates.map(({ certificate }) => certificate),
    strayKeys: material.privateKeys.length,
    faults: material.faults,
  };
};

const keyOf = (ports: Reading, file: NodeFile | undefined): SlotKey => {
  if (file === undefined) return {};
  const { privateKeys } = readMaterial(
    file.bytes,
    { source: file.path, mode: file.facts.mode, expect: "private-key" },
    ports.digests,
    ports.identifyKey,
  );
  const id = privateKeys[0]?.id;
  return { facts: file.facts, ...(id === undefined ? {} : { id }) };
};

export const digestOf = (ports: Pick<RotationPorts, "digests">, bytes: Uint8Array): Digest =>
  ports.digests.sha256Hex(bytes) as Digest;
