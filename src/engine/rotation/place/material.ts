import { readMaterial, type Origin } from "../../../core/material/read-material.ts";
import type { RotationPorts } from "../ports.ts";
import type { SlotContent, SlotKey } from "../read-slot.ts";

/** What it takes to make certificates of bytes. */
export type Reader = Pick<RotationPorts, "digests" | "identifyKey">;

/** What is in bytes that hold certificates. */
export const certificatesIn = (
  { digests, identifyKey }: Reader,
  bytes: Uint8Array,
  origin: Origin,
): Pick<SlotContent, "certificates" | "strayKeys" | "faults"> => {
  const expecting = { ...origin, expect: "certificate" } as const;
  const { certificates, privateKeys, faults } = readMaterial(
    bytes,
    expecting,
    digests,
    identifyKey,
  );
  return {
    certificates: certificates.map(({ certificate }) => certificate),
    strayKeys: privateKeys.length,
    faults,
  };
};

/** Whose key it is; nothing when it is encrypted or cannot be read. */
export const keyIn = (
  { digests, identifyKey }: Reader,
  bytes: Uint8Array,
  origin: Origin,
): Pick<SlotKey, "id"> => {
  const expecting = { ...origin, expect: "private-key" } as const;
  const { privateKeys } = readMaterial(bytes, expecting, digests, identifyKey);
  const id = privateKeys[0]?.id;
  return id === undefined ? {} : { id };
};
