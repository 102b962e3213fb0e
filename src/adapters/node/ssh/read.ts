import { posix } from "node:path";

import { failure } from "../../../core/errors/certwright-error.ts";
import type { NodeFile, NodeFileFacts } from "../../../ports/node.ts";
import { digestOf } from "../../files/read.ts";
import { FILE_LIMIT } from "../limits.ts";
import { ask, type Machine } from "./ask.ts";
import type { Answer } from "./channel.ts";
import { factsOf, readStat, type Stat } from "./facts.ts";
import { nameFileFailure } from "./name-file-failure.ts";
import { readScript } from "./scripts/read.ts";

/** A file that changes as it is read is read again, so often; nobody writes certificates that often. */
const attempts = 5;

/** See NodeSession.read. */
export const readBySsh = async (machine: Machine, path: string): Promise<NodeFile | undefined> => {
  const found = await look(machine, path, "content");
  if (found === undefined) return undefined;
  return fileOf(path, found);
};

export const fileOf = (path: string, { stat, rest }: Found): NodeFile => ({
  path,
  bytes: new Uint8Array(rest),
  facts: factsOf(stat, digestOf(rest)),
});

/** See NodeSession.facts. */
export const factsBySsh = async (
  machine: Machine,
  path: string,
): Promise<NodeFileFacts | undefined> => {
  const found = await look(machine, path, "digest");
  return found && factsOf(found.stat, found.rest.toString("latin1"));
};

interface Found {
  readonly stat: Stat;
  readonly rest: Buffer;
}

const look = async (
  machine: Machine,
  path: string,
  what: "content" | "digest",
): Promise<Found | undefined> => {
  const { node } = machine.channel;
  if (!posix.isAbsolute(path)) throw failure("node.path-not-absolute", { node, path });
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const words = [path, String(FILE_LIMIT), what];
    const answer = await ask(machine, { script: readScript, words, awaited: `${path} to be read` });
    const found = understand(node, path, what, answer);
    if (found !== "changing") return found;
  }
  const why = "it changes each time it is read";
  throw failure("node.file-failed", { node, path, operation: "read", why });
};

export const understand = (
  node: string,
  path: string,
  what: "content" | "digest",
  { body, end, stderr }: Answer,
): Found | undefined | "changing" => {
  const said = body.toString("utf8");
  // GNU stat says "cannot statx", busybox "can't stat"; both name the reason last.
  if (end === "link") throw linkFailure(node, path);
  if (end === "fault") {
    if (/No such file or directory/.test(said)) return undefined;
    throw nameFileFailure(node, path, "read", `${said}${stderr}`);
  }
  const newline = body.indexOf("\n");
  const stat = readStat(body.subarray(0, newline).toString("latin1"));
  if (stat === undefined || !["whole", "kind", "size"].includes(end)) {
    throw nameFileFailure(node, path, "read", stderr || said);
  }
  if (stat.kind !== undefined) {
    throw failure("node.not-a-file", { node, path, why: stat.kind });
  }
  if (end === "size") {
    throw failure("node.file-too-big", { node, path, size: stat.size, limit: FILE_LIMIT });
  }
  const last = body.lastIndexOf("\n");
  const rest = body.subarray(newline + 1, last);
  const same =
    body
      .subarray(last + 1)
      .toString("latin1")
      .trim() === body.subarray(0, newline).toString("latin1");
  return same && (what === "digest" || rest.length === stat.size) ? { stat, rest } : "changing";
};

const linkFailure = (node: string, path: string): Error =>
  failure("node.not-a-file", { node, path, why: "a link to nothing, or to itself" });
