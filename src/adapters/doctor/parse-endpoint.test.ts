import assert from "node:assert/strict";
import { test } from "node:test";
import { parseEndpoint } from "./parse-endpoint.ts";

const parsed = (written: string) => parseEndpoint(written, { file: "command line" });

test("reads hosts with their ports, URLs, and IPv6 addresses in brackets", () => {
  const told = (written: string) => {
    const endpoint = parsed(written);
    return endpoint === undefined ? undefined : [endpoint.scheme, endpoint.host, endpoint.port];
  };
  assert.deepEqual(told("etcd-1:2379"), ["none", "etcd-1", 2379]);
  assert.deepEqual(told("https://etcd-1"), ["https", "etcd-1", 443]);
  assert.deepEqual(told(" http://[::1]:80/x "), ["http", "::1", 80]);
  assert.equal(told("etcd-1"), undefined);
  assert.equal(told("etcd-1:70000"), undefined);
  assert.equal(told("unix:///run/etcd.sock"), undefined);
});

test("a login in a URL is passed over, and not kept", () => {
  const endpoint = parsed("https://bob:secret@etcd-1:2379/x");
  assert.deepEqual([endpoint?.host, endpoint?.written], ["etcd-1", "https://etcd-1:2379/x"]);
});

test("knows who asks a PostgreSQL for what, and keeps no password", () => {
  const written = "postgresql://bob:p%40ss:w@rd@db1.lab:6543/app?sslmode=verify-full";
  const endpoint = parsed(written);
  assert.deepEqual(endpoint?.postgres, { user: "bob", database: "app" });
  assert.deepEqual([endpoint?.host, endpoint?.port], ["db1.lab", 6543]);
  assert.equal(endpoint?.written, "postgresql://db1.lab:6543/app");
  assert.ok(!JSON.stringify(endpoint).includes("p%40ss"));
  assert.deepEqual(parsed("postgres://[::1]")?.postgres, {});
  assert.equal(parsed("postgres://[::1]")?.port, 5432);
  assert.equal(parsed("postgres://db1:99999"), undefined);
});
