import assert from "node:assert/strict";
import { test } from "node:test";
import { failure } from "../../core/errors/certwright-error.ts";
import type { EtcdCluster } from "../../core/model/estate.ts";
import { utf8Bytes } from "../../core/bytes/utf8.ts";
import type { NodeSession } from "../../ports/node.ts";
import type { Authority } from "../authority/authority.ts";
import { makeCredentials } from "./credentials.ts";
import type { Sessions } from "./sessions.ts";

test("root's own files are read again soon where certwright cannot make a leaf: the run itself replaces them", async () => {
  const certificate = Object.assign(Object.create(null), { der: new Uint8Array([1]) });
  const current = { number: 2, stage: "issuing", certificate, crossSigns: [], chain: [] };
  const authority = {
    issuer: async (name: string) => ({ name, generations: [current], current }),
    probe: async () => {
      throw failure("keystore.no-key", { id: "ab", directory: "pki" });
    },
  } as unknown as Authority;
  let text = "old";
  let reads = 0;
  const read = async (): Promise<{ readonly bytes: Uint8Array }> => {
    reads += 1;
    return { bytes: utf8Bytes(text) };
  };
  const sessions: Sessions = {
    use: (_node, work) => work({ read } as unknown as NodeSession),
    close: async () => undefined,
  };
  const node = { name: "etcd-1" };
  const etcd = {
    issuers: { server: "etcd-ca", client: "etcd-ca" },
    clients: [{ user: "root", node, certificate: "/root.pem", key: "/root-key.pem" }],
    members: [],
    users: [],
  } as unknown as EtcdCluster;
  let now = 1_000_000;
  const { root } = makeCredentials({ authority, clock: { now: () => now } }, sessions, etcd);
  assert.equal((await root()).certificate, "old");
  text = "new";
  assert.equal((await root()).certificate, "old");
  assert.equal(reads, 2);
  now += 3_000;
  assert.equal((await root()).certificate, "new");
});
