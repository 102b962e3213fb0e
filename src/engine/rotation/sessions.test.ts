import assert from "node:assert/strict";
import { test } from "node:test";
import { failure } from "../../core/errors/certwright-error.ts";
import type { EstateNode } from "../../core/model/estate.ts";
import type { Nodes, NodeSession } from "../../ports/node.ts";
import { openSessions } from "./sessions.ts";

const node: EstateNode = { name: "a", addresses: [], access: { kind: "local" } };
const lost = () => failure("node.lost", { node: "a", destination: "a", why: "", retry: "" });

const counting = (fail = 0) => {
  const opened: { closed: boolean }[] = [];
  let failures = fail;
  const nodes: Nodes = {
    open: async () => {
      if (failures-- > 0) throw lost();
      const one = { closed: false };
      opened.push(one);
      return {
        close: async () => {
          one.closed = true;
        },
      } as NodeSession;
    },
  };
  return { opened, sessions: openSessions(nodes) };
};

test("all use one session, and the end closes it", async () => {
  const { opened, sessions } = counting();
  await Promise.all([1, 2, 3].map(() => sessions.use(node, async () => undefined)));
  await sessions.use(node, async () => undefined);
  assert.deepEqual(opened, [{ closed: false }]);
  await sessions.close();
  assert.deepEqual(opened, [{ closed: true }]);
});

test("of a thousand machines only some are connected to at the same moment, and all of them in the end", async () => {
  let opening = 0;
  let most = 0;
  const nodes: Nodes = {
    open: async () => {
      most = Math.max(most, (opening += 1));
      await Promise.resolve();
      opening -= 1;
      return { close: async () => undefined } as NodeSession;
    },
  };
  const sessions = openSessions(nodes);
  const names = Array.from({ length: 1000 }, (_, i) => `worker-${i}`);
  const reached = await Promise.all(
    names.map((name) => sessions.use({ ...node, name }, async () => name)),
  );
  await sessions.close();
  assert.deepEqual(reached, names);
  assert.equal(most, 32);
});

test("a lost session is opened anew, and closed once nobody is on it any more", async () => {
  const { opened, sessions } = counting();
  const { promise, resolve } = Promise.withResolvers<void>();
  const other = sessions.use(node, () => promise);
  await assert.rejects(sessions.use(node, () => Promise.reject(lost())));
  assert.deepEqual(opened, [{ closed: false }], "the other one is still on it");
  await sessions.use(node, async () => undefined);
  assert.equal(opened.length, 2);
  resolve();
  await other;
  assert.deepEqual(opened, [{ closed: true }, { closed: false }]);
  await sessions.close();
});

test("what went wrong with a file or a port is no reason for another session", async () => {
  const { opened, sessions } = counting();
  const refusal = failure("node.dial-refused", { node: "a", target: "a:1" });
  await assert.rejects(sessions.use(node, () => Promise.reject(refusal)));
  await sessions.use(node, async () => undefined);
  assert.equal(opened.length, 1);
  await sessions.close();
});

test("a session that could not be opened is tried again", async () => {
  const { opened, sessions } = counting(1);
  await assert.rejects(sessions.use(node, async () => undefined));
  await sessions.use(node, async () => undefined);
  assert.equal(opened.length, 1);
  await sessions.close();
});
