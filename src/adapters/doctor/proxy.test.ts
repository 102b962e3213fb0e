import assert from "node:assert/strict";
import { test } from "node:test";
import { commandLinePlaces } from "../../core/diagnosis/endpoint.ts";
import { proxyAddress, withProxy } from "./proxy.ts";

const proxyFor = (
  host: string,
  env: Readonly<Record<string, string>>,
  scheme: "https" | "http" = "https",
  who = "the client",
): string | undefined =>
  withProxy(
    {
      endpoint: {
        host,
        port: 2379,
        scheme,
        path: "/",
        program: "etcd",
        source: { file: "command line" },
        written: host,
      },
      client: { insecure: false, who, places: commandLinePlaces },
    },
    env,
  ).client.proxy?.url;

const proxy = { HTTPS_PROXY: "http://proxy:3128" };

test("HTTPS_PROXY stands before servers of TLS, HTTP_PROXY before the others", () => {
  assert.equal(proxyFor("etcd1.example", proxy), "http://proxy:3128");
  assert.equal(proxyFor("etcd1.example", { https_proxy: "proxy:1" }), "proxy:1");
  assert.equal(proxyFor("etcd1.example", proxy, "http"), undefined);
  assert.equal(proxyFor("etcd1.example", {}), undefined);
});

test("ALL_PROXY stands before what curl would reach, and not before Go's clients", () => {
  const env = { ALL_PROXY: "socks5://proxy" };
  assert.equal(proxyFor("etcd1.example", env), "socks5://proxy");
  assert.equal(proxyFor("etcd1.example", env, "http"), "socks5://proxy");
  assert.equal(proxyFor("etcd1.example", { ...env, ...proxy }), "http://proxy:3128");
  assert.equal(proxyFor("etcd1.example", env, "https", "kubectl"), undefined);
});

test("this machine is never reached through a proxy", () => {
  for (const host of ["localhost", "127.0.0.1", "127.1.2.3", "::1"])
    assert.equal(proxyFor(host, proxy), undefined, host);
});

test("NO_PROXY takes names with all below them, addresses, networks and ports", () => {
  const exempt = (host: string, noProxy: string): boolean =>
    proxyFor(host, { ...proxy, NO_PROXY: noProxy }) === undefined;
  assert.ok(exempt("etcd1.example", "*"));
  assert.ok(exempt("etcd1.example", "other, etcd1.example"));
  assert.ok(exempt("etcd1.example", "example"));
  assert.ok(exempt("etcd1.example", ".example"));
  assert.ok(exempt("etcd1.example", "*.example"));
  assert.ok(!exempt("example", ".example"));
  assert.ok(!exempt("myexample", "example"));
  assert.ok(exempt("10.0.0.7", "10.0.0.0/8"));
  assert.ok(!exempt("10.0.0.7", "10.0.1.0/24"));
  assert.ok(exempt("10.0.0.7", "10.0.0.7"));
  assert.ok(exempt("fd00::7", "fd00::/8"));
  assert.ok(exempt("etcd1.example", "etcd1.example:2379"));
  assert.ok(!exempt("etcd1.example", "etcd1.example:443"));
  assert.ok(!exempt("10.0.0.7", "10.0.0.0/99"));
});

test("a proxy's URL is a place to connect to, its login apart", () => {
  assert.deepEqual(proxyAddress("http://proxy:3128"), { kind: "http", host: "proxy", port: 3128 });
  assert.deepEqual(proxyAddress("proxy:3128"), { kind: "http", host: "proxy", port: 3128 });
  assert.deepEqual(proxyAddress("http://[::1]:3128/"), { kind: "http", host: "::1", port: 3128 });
  assert.deepEqual(proxyAddress("http://u:p%40@proxy:1"), {
    kind: "http",
    host: "proxy",
    port: 1,
    login: { user: "u", password: "p@" },
  });
  assert.deepEqual(proxyAddress("https://proxy"), { kind: "https", host: "proxy", port: 443 });
  for (const scheme of ["socks5", "socks5h"])
    assert.deepEqual(proxyAddress(`${scheme}://[::1]`), {
      kind: "socks5",
      host: "::1",
      port: 1080,
    });
  assert.equal(proxyAddress("socks4://proxy:1080"), undefined);
  assert.equal(proxyAddress("http://u:%zz@proxy:1"), undefined);
  assert.equal(proxyAddress("not a url"), undefined);
});
