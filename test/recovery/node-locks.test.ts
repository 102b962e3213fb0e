import assert from "node:assert/strict";
import { test } from "node:test";
import { failure, isFailure } from "../../src/core/errors/certwright-error.ts";
import type { EstateNode } from "../../src/core/model/estate.ts";
import type { Digest } from "../../src/core/model/inventory.ts";
import type { Nodes, NodeSession, NodeWrite } from "../../src/ports/node.ts";
import { giveNodesBack, takeNodes } from "../../src/engine/recovery/node-locks.ts";

/** Machines that have nothing but files, whose digest is their text. */
const machines = (...names: readonly string[]) => {
  const files = new Map<string, string>();
  const open = async ({ name }: EstateNode): Promise<NodeSession> =>
    ({
      name,
      read: async (path: string) => {
        const text = files.get(`${name}:${path}`);
        return text === undefined
          ? undefined
          : { path, bytes: Buffer.from(text), facts: { digest: text as Digest } };
      },
      write: async (writes: readonly NodeWrite[]) => {
        const { path, bytes, expect } = writes[0]!;
        if (files.get(`${name}:${path}`) !== expect)
          throw failure("node.changed", { node: name, path } as never);
        files.set(`${name}:${path}`, Buffer.from(bytes).toString());
      },
      remove: async (path: string) => void files.delete(`${name}:${path}`),
      run: async () => ({ code: 0, stdout: "", stderr: "" }),
      close: async () => undefined,
    }) as unknown as NodeSession;
  const nodes: Nodes = { open };
  const all = names.map((name): EstateNode => ({ name, addresses: [], access: { kind: "local" } }));
  return { nodes, all, files };
};

const nobody = (): boolean => false;
const alice = { run: "a", holder: "alice@bastion" };
const bob = { run: "b", holder: "bob@laptop" };

test("who recovers a cluster has each of its nodes until it gives them back", async () => {
  const { nodes, all, files } = machines("m1", "m2");
  await takeNodes(nodes, all, alice, nobody);
  assert.equal(files.size, 2);
  await assert.rejects(takeNodes(nodes, all, bob, nobody), (error) => {
    assert.ok(isFailure(error, "recovery.of-another-run"));
    assert.match(String(error), /alice@bastion .*run a /);
    return true;
  });
  await giveNodesBack(nodes, all, "b");
  assert.equal(files.size, 2, "what is another one's is not given back");
  await giveNodesBack(nodes, all, "a");
  assert.equal(files.size, 0);
  await takeNodes(nodes, all, bob, nobody);
});

test("a run of the same directory, which was given up or has ended, is no other one", async () => {
  const { nodes, all, files } = machines("m1");
  await takeNodes(nodes, all, alice, nobody);
  await takeNodes(nodes, all, { run: "c", holder: "alice@bastion" }, (run) => run === "a");
  assert.match([...files.values()].join(), /"c"/);
});

test("of two who come at the same moment one gets the nodes", async () => {
  const { nodes, all, files } = machines("m1", "m2");
  const ends = await Promise.allSettled(
    [alice, bob].map((lock) => takeNodes(nodes, all, lock, nobody)),
  );
  assert.deepEqual(ends.map(({ status }) => status).toSorted(), ["fulfilled", "rejected"]);
  assert.equal(new Set(files.values()).size, 1);
});
