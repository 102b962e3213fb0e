/** Names, with a hosts file and name servers of our own: one that answers, one that says no, one that is silent. */
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { probe } from "../../src/adapters/tls/probe.ts";
import type { NameSources } from "../../src/adapters/tls/resolve-host.ts";
import { whyNoCertificate } from "../../src/core/tls/no-certificate.ts";
import type { Observation, ProbeLimits } from "../../src/core/tls/observation.ts";

let folder = "";
before(() => {
  folder = mkdtempSync(join(tmpdir(), "certwright-names-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

interface NameServer {
  readonly address: string;
  readonly asked: string[];
  stop(): void;
}

/**
 * A DNS server (RFC 1035 section 4.1) that knows one IPv4 address for each name given and says NXDOMAIN
 * to all others; "silent" hears and says nothing.
 */
const nameServer = async (
  known: Readonly<Record<string, readonly number[]>> | "silent",
): Promise<NameServer> => {
  const socket = createSocket("udp4");
  const asked: string[] = [];
  socket.on("message", (query, peer) => {
    const labels: string[] = [];
    let at = 12;
    while (query[at] !== 0) {
      labels.push(query.toString("latin1", at + 1, at + 1 + query[at]!));
      at += 1 + query[at]!;
    }
    const question = query.subarray(12, at + 5);
    const name = labels.join(".").toLowerCase();
    const isIpv4 = query.readUInt16BE(at + 1) === 1;
    if (isIpv4) asked.push(name);
    if (known === "silent") return;
    const address = known[name];
    const answers = address !== undefined && isIpv4 ? 1 : 0;
    const header = Buffer.from([
      0,
      0,
      0x81,
      address === undefined ? 0x83 : 0x80,
      0,
      1,
      0,
      answers,
      0,
      0,
      0,
      0,
    ]);
    query.copy(header, 0, 0, 2);
    const answer =
      answers === 0 ? [] : [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...(address ?? [])];
    socket.send(Buffer.concat([header, question, Buffer.from(answer)]), peer.port, peer.address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    stop: () => socket.close(),
  };
};

const look = (
  host: string,
  sources: NameSources,
  limits: Partial<ProbeLimits> = {},
  signal?: AbortSignal,
): Promise<Observation> =>
  // Port 1 of loopback refuses: only the name is of interest here.
  probe({ host, port: 1 }, limits, signal, {
    hostsFile: file("no-hosts", ""),
    resolvConf: file("no-search", ""),
    ...sources,
  });

test("a name of the hosts file is never asked of a name server", async () => {
  const server = await nameServer("silent");
  const hostsFile = file("hosts", "127.0.0.1 etcd1.lab.test etcd1\n");
  const { names, attempts } = await look("etcd1", { hostsFile, servers: [server.address] });
  server.stop();
  assert.equal(names.source, "hosts-file");
  assert.deepEqual(names.addresses, ["127.0.0.1"]);
  assert.deepEqual(server.asked, []);
  assert.equal(attempts[0]?.outcome, "refused");
});

test("localhost is loopback even where nobody wrote it down", async () => {
  const { names } = await look("localhost", { servers: ["127.0.0.1:1"] });
  assert.deepEqual([names.source, names.addresses], ["loopback", ["127.0.0.1", "::1"]]);
});

test("the search list is walked until a name server knows the name", async () => {
  const server = await nameServer({ "etcd1.kube-system.svc.lab.test": [127, 0, 0, 1] });
  const resolvConf = file(
    "resolv.conf",
    "search default.svc.lab.test kube-system.svc.lab.test\noptions ndots:5\n",
  );
  const { names } = await look("etcd1", { resolvConf, servers: [server.address] });
  server.stop();
  assert.equal(names.source, "dns");
  assert.deepEqual(names.addresses, ["127.0.0.1"]);
  assert.deepEqual(names.servers, [server.address]);
  assert.deepEqual(names.queries, [
    { name: "etcd1.default.svc.lab.test", error: "ENOTFOUND" },
    { name: "etcd1.kube-system.svc.lab.test" },
  ]);
});

test("a name that does not exist is told with what was asked", async () => {
  const server = await nameServer({});
  const seen = await look("etcd9.lab.test", { servers: [server.address] });
  server.stop();
  assert.deepEqual(seen.names.queries, [{ name: "etcd9.lab.test", error: "ENOTFOUND" }]);
  assert.equal(whyNoCertificate(seen).code, "connect.no-such-name");
  assert.ok(seen.milliseconds < 1000);
});

test("a silent name server is given up within the time set for names, and a second name is not tried", async () => {
  const server = await nameServer("silent");
  const resolvConf = file("search", "search a.test b.test\n");
  const seen = await look("etcd1", { resolvConf, servers: [server.address] }, { dns: 1300 });
  server.stop();
  assert.deepEqual(seen.names.queries, [{ name: "etcd1.a.test", error: "ETIMEOUT" }]);
  assert.ok(seen.milliseconds > 500 && seen.milliseconds < 1600, `${seen.milliseconds} ms`);
  assert.deepEqual(new Set(server.asked), new Set(["etcd1.a.test"]));
  const why = whyNoCertificate(seen);
  assert.equal(why.code, "connect.deadline");
  assert.match(why.message, new RegExp(`DNS answer from ${server.address}`));
});

test("an abort ends the waiting for a silent name server at once", async () => {
  const server = await nameServer("silent");
  const began = performance.now();
  const seen = await look(
    "etcd1.lab.test",
    { servers: [server.address] },
    {},
    AbortSignal.timeout(100),
  );
  server.stop();
  assert.ok(performance.now() - began < 300);
  assert.equal(seen.phases[0]?.ended, "aborted");
});
