import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { failure } from "../../core/errors/certwright-error.ts";
import type { EstateVersion } from "../../core/model/inventory.ts";
import { createFile, replaceFile } from "../files/create.ts";
import { fileExists } from "../files/exists.ts";
import { fileSystem } from "../files/file-system.ts";
import { readFileBounded } from "../files/read.ts";

/** As long as a UUID's random part: two estates never meet under one word. */
const lineageBytes = 16;

const pathIn = (directory: string): string => join(directory, "estate.json");

/** What an estate is called for life and how often it was changed, from DIR/estate.json; made where it is not there. */
export const readEstateVersion = (directory: string): EstateVersion => {
  const path = pathIn(directory);
  if (!fileExists(path)) {
    const fresh: EstateVersion = { lineage: randomBytes(lineageBytes).toString("hex"), serial: 0 };
    if (createFile(fileSystem, path, textOf(fresh))) return fresh;
  }
  const { bytes } = readFileBounded(path);
  try {
    const { lineage, serial } = JSON.parse(Buffer.from(bytes).toString()) as Partial<EstateVersion>;
    if (typeof lineage === "string" && Number.isSafeInteger(serial)) {
      return { lineage, serial: serial! };
    }
  } catch {
    // Told below.
  }
  throw failure("estate.version-damaged", { path });
};

/** Called by whoever has changed the estate, under its lease: plans made before are stale from here on. */
export const raiseEstateVersion = (directory: string): EstateVersion => {
  const { lineage, serial } = readEstateVersion(directory);
  const next = { lineage, serial: serial + 1 };
  replaceFile(fileSystem, pathIn(directory), textOf(next));
  return next;
};

const textOf = (version: EstateVersion): Uint8Array => Buffer.from(`${JSON.stringify(version)}\n`);
