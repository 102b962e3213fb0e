import type { Files } from "../../ports/files.ts";
import { applyFiles } from "./apply.ts";
import { fileSystem } from "./file-system.ts";
import { planFiles } from "./plan.ts";
import { readFileBounded } from "./read.ts";

/** Files of this machine. */
export const localFiles: Files = {
  read: async (path, options) => readFileBounded(path, options),
  plan: async (desired) => planFiles(fileSystem, desired),
  apply: async (plan, desired) => applyFiles(fileSystem, new Date(), plan, desired),
};
