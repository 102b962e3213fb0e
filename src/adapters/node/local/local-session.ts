import { existsSync, statfsSync } from "node:fs";
import { dirname } from "node:path";

import type { NodeSession } from "../../../ports/node.ts";
import { dialLocal } from "./dial.ts";
import { linkLocal, readLinkLocal } from "./link.ts";
import { nameFailure } from "./name-failure.ts";
import { localProcesses } from "./processes.ts";
import { readLocal } from "./read.ts";
import { runLocal } from "./run.ts";
import { removeLocal, writeLocal } from "./write.ts";

/** This machine, as whoever runs certwright. */
export const localSession = (name: string): NodeSession => ({
  name,
  access: "local",
  read: async (path) => readLocal(name, path),
  facts: async (path) => readLocal(name, path)?.facts,
  write: (files) => writeLocal(name, files),
  remove: async (path, expect) => removeLocal(name, path, expect),
  readLink: async (path) => readLinkLocal(name, path),
  link: async (link) => linkLocal(name, link),
  run: (command, options) => runLocal(name, command, options),
  processes: async (program) => localProcesses(name, program),
  clockSkew: async () => ({ skew: 0, uncertainty: 0 }),
  freeBytes: async (path) => freeBytes(name, path),
  dial: (host, port, deadline) => dialLocal(name, host, port, deadline),
  close: async () => {},
});

const freeBytes = (node: string, path: string): number => {
  const nearest = existsSync(path) ? path : dirname(path);
  if (nearest !== path) return freeBytes(node, nearest);
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch (error) {
    throw nameFailure(node, path, "read", error);
  }
};
