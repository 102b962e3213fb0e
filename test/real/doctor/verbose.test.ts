import assert from "node:assert/strict";
import { test } from "node:test";
import { freePorts } from "../../../src/adapters/etcd/free-ports.ts";
import { Lab } from "../faults/lab/lab.ts";
import { behave } from "../../tls/servers.ts";
import { faultOf, runDoctor } from "./run-doctor.ts";

const linesOf = (stderr: string): readonly string[] => stderr.split("\n").filter(Boolean);

test("-v tells every connection that a server sees, and without it nothing is told", async () => {
  let seen = 0;
  const peer = await behave((socket) => {
    seen++;
    socket.end();
  });
  try {
    const address = `127.0.0.1:${peer.port}`;
    const told = await runDoctor(["-v", address]);
    const lines = linesOf(told.stderr);
    assert.equal(lines.length, seen, told.stderr);
    assert.ok(seen > 1, "a further look was made");
    for (const line of lines) assert.match(line, /^127\.0\.0\.1:\d+: .+: .+ \(\d+ ms\)$/);
    assert.match(told.stderr, /: without TLS: /);
    assert.equal((await runDoctor([address])).stderr, "");
    assert.equal(faultOf(told), "net.closed-in-handshake");
  } finally {
    await peer.stop();
  }
});

test("-v says what came of a connection: refused, a status, an alert's number", async () => {
  const lab = new Lab();
  try {
    const ca = lab.ca("CN=lab-ca");
    const leaf = lab.server(["127.0.0.1"], ca);
    const pair = lab.pair("server", leaf);
    const caFile = lab.certificates("ca.crt", ca);
    const good = await lab.https(lab.pemPair(leaf));
    const strict = await lab.openssl({
      "-cert": pair.cert,
      "-key": pair.key,
      "-CAfile": caFile,
      "-Verify": "3",
      "-verify_return_error": "",
    });
    const [closed] = await freePorts(1);
    const endpoints = [good, strict.port, closed].map((port) => `127.0.0.1:${port}`);
    const { stderr } = await runDoctor(["-v", ...endpoints, "--ca", caFile]);
    const ended = (port: number | undefined): string =>
      linesOf(stderr).find((line) => line.startsWith(`127.0.0.1:${port}: first look: `)) ?? stderr;
    assert.match(ended(good), /TLSv1\.3, HTTP 200/);
    assert.match(ended(strict.port), /TLSv1\.3, alert 116 \(certificate_required\)/);
    assert.match(ended(closed), /127\.0\.0\.1 refused/);
  } finally {
    await lab.close();
  }
});
