import { posix } from "node:path";
import { setImmediate as nextTick } from "node:timers/promises";

import type { NodeFile } from "../../../ports/node.ts";
import { FILE_LIMIT } from "../limits.ts";
import { ask, type Machine } from "./ask.ts";
import { newToken } from "./channel.ts";
import { readFrame } from "./frame.ts";
import { fileOf, readBySsh, understand } from "./read.ts";
import { readAllScript } from "./scripts/read.ts";

interface Wanted {
  readonly path: string;
  readonly resolve: (file: NodeFile | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** A look at a master of kubeadm's reads some thirty files. As many of the largest are 32 MiB. */
const most = 32;

/**
 * Reads files as they are asked for, those that are asked for at the same time in one call. An ssh for each took more than
 * reading them: of a look at three masters on a busy machine 37 % of the time, in which nothing else of this process went on.
 */
export const readTogether = (
  machine: Machine,
  limited: <T>(work: () => Promise<T>) => Promise<T>,
): ((path: string) => Promise<NodeFile | undefined>) => {
  const waiting: Wanted[] = [];
  let called = false;
  const callSoon = (): void => {
    if (called) return;
    called = true;
    void limited(async () => {
      await nextTick();
      called = false;
      const batch = waiting.splice(0, most);
      if (waiting.length > 0) callSoon();
      await readAll(machine, batch);
    });
  };
  return (path) => {
    const { promise, resolve, reject } = Promise.withResolvers<NodeFile | undefined>();
    waiting.push({ path, resolve, reject });
    callSoon();
    return promise;
  };
};

/** Never throws: each of them hears what became of it. */
const readAll = async (machine: Machine, batch: readonly Wanted[]): Promise<void> => {
  try {
    const alone = batch.length === 1 ? batch : await readSound(machine, batch);
    for (const { path, resolve, reject } of alone) {
      await readBySsh(machine, path).then(resolve, reject);
    }
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
};

/** Gives those of which there is more to say than what they hold, or that they are not there. */
const readSound = async (
  machine: Machine,
  batch: readonly Wanted[],
): Promise<readonly Wanted[]> => {
  const { node } = machine.channel;
  const token = newToken();
  const absolute = batch.filter(({ path }) => posix.isAbsolute(path));
  const { body } = await ask(machine, {
    script: readAllScript,
    words: [String(FILE_LIMIT), ...absolute.map(({ path }) => path)],
    awaited: `${absolute.length} files to be read`,
    token,
    files: absolute.length,
  });
  const settled = new Set<Wanted>();
  for (const [index, wanted] of absolute.entries()) {
    const frame = readFrame(body, `${token}-${index}`);
    if (typeof frame !== "object") continue;
    try {
      const found = understand(node, wanted.path, "content", { ...frame, stderr: "" });
      if (found === "changing") continue;
      wanted.resolve(found && fileOf(wanted.path, found));
      settled.add(wanted);
    } catch {
      // Read alone, its error has all that was said.
    }
  }
  return batch.filter((one) => !settled.has(one));
};
