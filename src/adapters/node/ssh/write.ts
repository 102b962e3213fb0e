import { posix } from "node:path";

import { failure } from "../../../core/errors/certwright-error.ts";
import type { Digest } from "../../../core/model/inventory.ts";
import type { NodeWrite } from "../../../ports/node.ts";
import { digestOf } from "../../files/read.ts";
import { FILE_LIMIT } from "../limits.ts";
import { ask, type Machine } from "./ask.ts";
import { readStat } from "./facts.ts";
import { nameFileFailure } from "./name-file-failure.ts";
import { removeScript, writeScript } from "./scripts/write.ts";

/** See NodeSession.write. One script does it all, so that a connection that is lost leaves no half of it behind. */
export const writeBySsh = async (machine: Machine, files: readonly NodeWrite[]): Promise<void> => {
  const { node } = machine.channel;
  if (files.length === 0) return;
  for (const { path, bytes } of files) {
    if (!posix.isAbsolute(path)) throw failure("node.path-not-absolute", { node, path });
    const size = bytes.length;
    if (size > FILE_LIMIT) {
      throw failure("node.file-too-big", { node, path, size, limit: FILE_LIMIT });
    }
  }
  const words = files.flatMap(({ path, bytes, expect, mode, owner }) => [
    path,
    String(bytes.length),
    digestOf(bytes),
    expect ?? "absent",
    (mode & 0o7777).toString(8),
    owner?.user ?? "",
    owner?.group ?? "",
  ]);
  const input = Buffer.concat(files.map(({ bytes }) => bytes));
  const awaited = `${files.map(({ path }) => path).join(", ")} to be written`;
  const { body, end, stderr } = await ask(machine, { script: writeScript, words, awaited, input });
  if (end === "0") return;
  throw refusal(node, files, body.toString("utf8"), stderr);
};

const refusal = (
  node: string,
  files: readonly NodeWrite[],
  said: string,
  stderr: string,
): Error => {
  const [, index, kind, written, why = ""] = /^(\d+) (\w+) (\d+) ?(.*)$/s.exec(said) ?? [];
  const file = files[Number(index)];
  const path = file?.path ?? files[0]!.path;
  const error = reasonOf(node, file, path, kind, why || stderr);
  if (written === undefined || written === "0") return error;
  const done = files.slice(0, Number(written)).map((one) => one.path);
  return failure("node.half-written", { node, written: done, path, why: error.message }, error);
};

const reasonOf = (
  node: string,
  file: NodeWrite | undefined,
  path: string,
  kind: string | undefined,
  why: string,
): Error => {
  switch (kind) {
    case "changed":
      return failure("node.changed", { node, path, found: why });
    case "kind":
      return failure("node.not-a-file", { node, path, why: readStat(why)?.kind ?? why });
    case "link":
      return failure("node.not-a-file", { node, path, why: "a link to nothing, or to itself" });
    case "folder":
      return failure("node.no-folder", { node, path });
    case "short":
      return failure("node.file-failed", {
        node,
        path,
        operation: "write",
        why: "the content did not arrive whole",
      });
    case "owner":
      // "invalid user: 'x'" (GNU), "unknown user x" (busybox), "'x': no such user" (id).
      return /invalid|unknown|no such/i.test(why)
        ? failure("node.no-such-account", {
            node,
            user: file?.owner?.user ?? "",
            group: file?.owner?.group,
          })
        : nameFileFailure(node, path, "write", why);
    default:
      return nameFileFailure(node, path, "write", why);
  }
};

/** See NodeSession.remove. */
export const removeBySsh = async (
  machine: Machine,
  path: string,
  expect: Digest,
): Promise<void> => {
  const { node } = machine.channel;
  if (!posix.isAbsolute(path)) throw failure("node.path-not-absolute", { node, path });
  const awaited = `${path} to be removed`;
  const answer = await ask(machine, { script: removeScript, words: [path, expect], awaited });
  const said = answer.body.toString("utf8");
  switch (answer.end) {
    case "0":
      return;
    case "removed":
    case "changed":
      throw failure("node.changed", { node, path, found: `was ${answer.end}` });
    case "kind":
      throw failure("node.not-a-file", { node, path, why: readStat(said)?.kind ?? said });
    default:
      throw nameFileFailure(node, path, "write", said || answer.stderr);
  }
};
