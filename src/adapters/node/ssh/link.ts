import { posix } from "node:path";

import { failure } from "../../../core/errors/certwright-error.ts";
import type { NodeLink, NodeLinkFacts } from "../../../ports/node.ts";
import { ask, type Machine } from "./ask.ts";
import { readStat } from "./facts.ts";
import { nameFileFailure } from "./name-file-failure.ts";
import { linkScript, readLinkScript } from "./scripts/link.ts";

/** See NodeSession.readLink. */
export const readLinkBySsh = async (
  machine: Machine,
  path: string,
): Promise<NodeLinkFacts | undefined> => {
  const { node } = machine.channel;
  if (!posix.isAbsolute(path)) throw failure("node.path-not-absolute", { node, path });
  const awaited = `the link ${path} to be read`;
  const { body, end, stderr } = await ask(machine, {
    script: readLinkScript,
    words: [path],
    awaited,
  });
  const said = body.toString("utf8");
  const newline = said.indexOf("\n");
  const stat = readStat(said.slice(0, newline));
  if (end === "link" && stat !== undefined) {
    return { target: said.slice(newline + 1), changedAt: stat.changedAt };
  }
  if (end === "absent") return undefined;
  if (end === "kind") throw failure("node.not-a-link", { node, path });
  throw nameFileFailure(node, path, "read", said || stderr);
};

/** See NodeSession.link. */
export const linkBySsh = async (
  machine: Machine,
  { path, target, expect }: NodeLink,
): Promise<void> => {
  const { node } = machine.channel;
  for (const one of [path, target]) {
    if (!posix.isAbsolute(one)) throw failure("node.path-not-absolute", { node, path: one });
  }
  const answer = await ask(machine, {
    script: linkScript,
    words: [path, target, expect === undefined ? "absent" : "link", expect ?? ""],
    awaited: `the link ${path} to be laid`,
  });
  const said = answer.body.toString("utf8");
  switch (answer.end) {
    case "0":
      return;
    case "created":
    case "removed":
    case "changed":
      throw failure("node.changed", { node, path, found: `was ${answer.end}` });
    case "kind":
      throw failure("node.not-a-link", { node, path });
    case "folder":
      throw failure("node.not-a-file", { node, path, why: "a link to a folder" });
    default:
      throw nameFileFailure(node, path, "write", said || answer.stderr);
  }
};
