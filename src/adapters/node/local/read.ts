import { isAbsolute } from "node:path";

import { CertwrightError, failure } from "../../../core/errors/certwright-error.ts";
import type { Digest } from "../../../core/model/inventory.ts";
import type { NodeFile } from "../../../ports/node.ts";
import { fileSystem } from "../../files/file-system.ts";
import { readFileBounded } from "../../files/read.ts";
import { FILE_LIMIT } from "../limits.ts";
import { nameFailure } from "./name-failure.ts";

/** See NodeSession.read. */
export const readLocal = (node: string, path: string): NodeFile | undefined => {
  if (!isAbsolute(path)) throw failure("node.path-not-absolute", { node, path });
  try {
    // Before the content: a change between the two makes the file look older than it is, so that it is looked at again.
    const { ctimeMs } = fileSystem.stat(path);
    const { bytes, facts } = readFileBounded(path, { limit: FILE_LIMIT });
    return {
      path,
      bytes,
      facts: { ...facts, digest: facts.digest as Digest, changedAt: Math.trunc(ctimeMs) },
    };
  } catch (error) {
    const named = nameFailure(node, path, "read", error);
    const cause = named instanceof CertwrightError ? named.cause : undefined;
    if (cause instanceof CertwrightError && cause.code === "file.missing") return undefined;
    throw named;
  }
};
