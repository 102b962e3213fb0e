/** Peers that are silent, slow, broken or something else: every probe ends in its time and names what it saw. */
import assert from "node:assert/strict";
import { createServer as createHttp } from "node:http";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { createServer as createTls } from "node:tls";
import { probe } from "../../src/adapters/tls/probe.ts";
import { judgeAcceptance } from "../../src/core/tls/acceptance.ts";
import { whyNoCertificate } from "../../src/core/tls/no-certificate.ts";
import type { Observation, ProbeLimits, ProbeTarget } from "../../src/core/tls/observation.ts";
import { freePorts } from "../../src/adapters/etcd/free-ports.ts";
import { makeCertificates, type Certificates } from "./certificates.ts";
import { behave, listen, startPrinting, type Running } from "./servers.ts";

let certificates: Certificates;
before(() => {
  certificates = makeCertificates();
});
after(() => certificates.remove());

const look = async (
  server: Running,
  limits: Partial<ProbeLimits> = {},
  target: Partial<ProbeTarget> = {},
  signal?: AbortSignal,
): Promise<Observation> => {
  try {
    return await probe({ host: "127.0.0.1", port: server.port, ...target }, limits, signal);
  } finally {
    await server.stop();
  }
};

/** The name of the phase a probe ended in, how, and what was awaited. */
const endOf = ({ phases }: Observation): readonly (string | undefined)[] => {
  const last = phases.at(-1);
  return [last?.name, last?.ended, last?.awaited];
};

/** Room for a busy machine above the limit that was set, in milliseconds. */
const slack = 400;

describe("peers that are no TLS servers", () => {
  const others: readonly [string, (socket: Socket) => void, RegExp][] = [
    [
      "an SSH server",
      (socket) => socket.write("SSH-2.0-OpenSSH_9.2p1 Debian\r\n"),
      /SSH server \("SSH-2\.0-OpenSSH_9\.2p1 Debian"\)/,
    ],
    [
      "a mail server whose greeting comes in two halves",
      (socket) => {
        socket.write("220 mai");
        setTimeout(() => socket.write("l.lab.test ESMTP ready\r\n"), 30);
      },
      /mail or FTP server \("220 mail\.lab\.test ESMTP ready"\)/,
    ],
    [
      "a MySQL server",
      (socket) => socket.write("J\0\0\0\x0a8.0.36-debian\0\x08\0\0\0 etc", "latin1"),
      /MySQL server \(8\.0\.36-debian\)/,
    ],
    ["a server of nothing known", (socket) => socket.write("hello there, stranger\n"), /"hello/],
  ];
  for (const [name, behaviour, words] of others) {
    test(`${name} is named by its own words`, async () => {
      const seen = await look(await behave(behaviour));
      const why = whyNoCertificate(seen);
      assert.equal(why.code, "connect.not-tls");
      assert.match(why.message, words);
      assert.equal(judgeAcceptance(seen).verdict, "unknown");
      assert.ok(seen.milliseconds < 1000, `${seen.milliseconds} ms`);
    });
  }

  test("a plain HTTP server is one, and answers when it is asked without TLS", async () => {
    const make = () => listen(createHttp((_, response) => response.end("fine")));
    const seen = await look(await make());
    assert.equal(seen.connection?.first.kind, "http");
    assert.match(whyNoCertificate(seen).message, /plain HTTP \("HTTP\/1\.1 400 Bad Request"\)/);
    const plain = await look(
      await make(),
      {},
      { layer: "plain", request: { kind: "http1", path: "/health" } },
    );
    assert.equal(plain.answer?.status, 200);
    assert.match(plain.answer?.body ?? "", /fine/);
    assert.equal(plain.handshake, undefined);
  });

  test("rubbish without end is left after a few bytes", async () => {
    const rubbish = Buffer.alloc(65_536, 0xa5);
    const pour = (socket: Socket): void => {
      const more = (): void => {
        while (socket.writable && socket.write(rubbish)) continue;
      };
      socket.on("drain", more);
      more();
    };
    const seen = await look(await behave(pour));
    assert.equal(seen.connection?.first.kind, "binary");
    assert.ok(seen.milliseconds < 1000, `${seen.milliseconds} ms`);
    assert.ok((seen.connection?.received ?? 0) <= 2 * 1_048_576);
    const plain = await look(await behave(pour), {}, { layer: "plain" });
    assert.ok(plain.milliseconds < 1000, `${plain.milliseconds} ms`);
  });

  test("no more is kept of a flood than the limit, whatever is waited for", async () => {
    const rubbish = Buffer.alloc(65_536, 0xa5);
    const server = await behave((socket) => {
      const more = (): void => {
        while (socket.writable && socket.write(rubbish)) continue;
      };
      socket.on("drain", more);
      more();
    });
    const prologue = { send: Buffer.from("?"), expect: Buffer.alloc(4 * 1_048_576) };
    const seen = await look(server, {}, { prologue });
    assert.deepEqual(endOf(seen).slice(0, 2), ["prologue", "limit"]);
    assert.ok((seen.connection?.received ?? 0) < 1_200_000);
  });

  test("rubbish in the dress of TLS is malformed at its offset", async () => {
    const hello = Buffer.from([22, 3, 3, 0, 8, 2, 0, 0, 4, 3, 3, 1, 1]);
    const seen = await look(await behave((socket) => socket.write(hello)));
    assert.match(seen.handshake?.flight.malformed?.why ?? "", /^ServerHello: /);
    assert.notEqual(seen.handshake?.localError, undefined);
    assert.match(whyNoCertificate(seen).message, /malformed at byte 0: ServerHello/);
  });
});

describe("silence", () => {
  test("a listener that never answers costs the handshake's time and no more", async () => {
    const seen = await look(await behave(() => undefined), { handshake: 300 });
    assert.deepEqual(endOf(seen), ["handshake", "timeout", "the server's first byte"]);
    assert.ok(seen.milliseconds >= 290 && seen.milliseconds < 300 + slack);
    assert.equal(seen.connection?.received, 0);
    assert.equal(whyNoCertificate(seen).exit, 4);
  });

  test("a peer that stalls in mid-record is told by how much came", async () => {
    const part = Buffer.concat([Buffer.from([22, 3, 3, 0, 122, 2, 0, 0, 118]), Buffer.alloc(16)]);
    const seen = await look(await behave((socket) => socket.write(part)), { handshake: 300 });
    const awaited = "the rest of a record: 20 of 122 octets came";
    assert.deepEqual(endOf(seen), ["handshake", "timeout", awaited]);
    assert.ok(seen.milliseconds < 300 + slack);
  });

  test("a peer that sends one octet now and then is not given more time for it", async () => {
    const drip = (socket: Socket): void => {
      const octets = [22, 3, 3, 0, 122, 2, 0, 0, 118, 3, 3];
      const timer = setInterval(() => socket.write(Buffer.from([octets.shift() ?? 0])), 20);
      socket.on("close", () => clearInterval(timer));
    };
    const seen = await look(await behave(drip), { handshake: 400 });
    assert.deepEqual(endOf(seen).slice(0, 2), ["handshake", "timeout"]);
    assert.ok(seen.milliseconds < 400 + slack);
  });

  test("a TLS server that never answers the request ends at the answer's time", async () => {
    const { server } = certificates;
    const silent = await listen(createTls({ cert: server.cert, key: server.key }));
    const seen = await look(silent, { answer: 200 }, { request: { kind: "http1", path: "/x" } });
    const awaited = "the first byte of an answer to GET /x";
    assert.deepEqual(endOf(seen), ["answer", "timeout", awaited]);
    assert.equal(seen.handshake?.completed, true);
    assert.equal(judgeAcceptance(seen).verdict, "accepted");
  });

  test("the deadline over all ends a phase whose own time is longer", async () => {
    const seen = await look(await behave(() => undefined), { deadline: 200 });
    assert.deepEqual(endOf(seen).slice(0, 2), ["handshake", "deadline"]);
    assert.ok(seen.milliseconds < 200 + slack);
  });

  test("whoever aborts is answered at once", async () => {
    const controller = new AbortController();
    let abortedAt = 0;
    setTimeout(() => {
      abortedAt = performance.now();
      controller.abort();
    }, 100);
    const silent = await behave(() => undefined);
    const seen = await probe({ host: "127.0.0.1", port: silent.port }, {}, controller.signal);
    assert.ok(performance.now() - abortedAt < 50);
    await silent.stop();
    assert.deepEqual(endOf(seen).slice(0, 2), ["handshake", "aborted"]);
    assert.equal(whyNoCertificate(seen).exit, 130);
    const never = await probe({ host: "127.0.0.1", port: 1 }, {}, AbortSignal.abort());
    assert.equal(never.connection, undefined);
  });
});

describe("connections that end", () => {
  test("a peer that accepts and closes is told from one that resets", async () => {
    const closing = await look(await behave((socket) => socket.end()));
    assert.equal(closing.connection?.end.how, "fin");
    assert.equal(closing.connection?.received, 0);
    assert.equal(whyNoCertificate(closing).code, "connect.closed");
    const resetting = await look(
      await behave((socket) => socket.once("data", () => socket.resetAndDestroy())),
    );
    assert.equal(resetting.connection?.end.how, "reset");
    assert.equal(resetting.connection?.end.code, "ECONNRESET");
    assert.ok(resetting.connection.sent > 100, "our hello was out");
    const atOnce = await look(await behave((socket) => socket.resetAndDestroy()));
    // It depends on the system whether such a connection was ever made.
    const how = atOnce.connection?.end.how ?? atOnce.attempts[0]?.outcome;
    assert.equal(how, "reset");
  });

  test("a server that ends the connection after the handshake is told by the time of its end", async () => {
    const { server, rootPem, good } = certificates;
    const tls = createTls({ cert: server.cert, key: server.key, ca: rootPem, requestCert: true });
    // What etcd does when a certificate stands on its revocation list.
    tls.on("secureConnection", (socket) => socket.end());
    const seen = await look(await listen(tls), {}, { cert: good.cert, key: good.key });
    assert.equal(seen.handshake?.completed, true);
    assert.equal(seen.handshake?.closeNotify, true);
    const judged = judgeAcceptance(seen);
    assert.equal(judged.verdict, "refused");
    assert.ok(judged.verdict === "refused" && judged.by.kind === "end");
  });

  test("a TLS server that talks without end is left when enough is known", async () => {
    const { server } = certificates;
    const tls = createTls({ cert: server.cert, key: server.key });
    const rubbish = Buffer.alloc(65_536, 0xa5);
    tls.on("secureConnection", (socket) => {
      const more = (): void => {
        while (socket.writable && socket.write(rubbish)) continue;
      };
      socket.on("error", () => undefined);
      socket.on("drain", more);
      more();
    });
    const seen = await look(await listen(tls), {}, { request: { kind: "http1", path: "/" } });
    assert.ok(seen.milliseconds < 1500, `${seen.milliseconds} ms`);
    assert.equal(seen.handshake?.flight.malformed, undefined);
  });
});

/** How long, in milliseconds, a process lives on when its probes (an argument list) have ended. */
const lingering = async (probes: string): Promise<number> => {
  const module = join(import.meta.dirname, "../../src/adapters/tls/probe.ts");
  const script = `
    import { probe } from ${JSON.stringify(module)};
    await Promise.all([${probes}]);
    process.stdout.write("done");`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
    timeout: 20_000,
  });
  const done = once(child.stdout, "data").then(() => performance.now());
  const exited = once(child, "exit").then(() => performance.now());
  const lingered = (await exited) - (await done);
  assert.equal(child.exitCode, 0);
  return lingered;
};

describe("on the way there", () => {
  test("a port nobody listens on is refused at once", async () => {
    const [port = 0] = await freePorts(1);
    const seen = await probe({ host: "127.0.0.1", port });
    assert.deepEqual(endOf(seen).slice(0, 2), ["connect", "failed"]);
    assert.equal(seen.attempts[0]?.outcome, "refused");
    assert.equal(whyNoCertificate(seen).code, "connect.refused");
    assert.ok(seen.milliseconds < slack);
  });

  test("the address that answers is used, and what the others did is told", async () => {
    const { server } = certificates;
    const tls = await listen(createTls({ cert: server.cert, key: server.key }));
    const seen = await look(tls, {}, { addresses: ["127.0.0.2", "127.0.0.1"] });
    assert.deepEqual(
      seen.attempts.map(({ address, outcome }) => [address, outcome]),
      [
        ["127.0.0.2", "refused"],
        ["127.0.0.1", "connected"],
      ],
    );
    assert.equal(seen.handshake?.completed, true);
  });

  /** Takes no connection once its queue is full, because its program sleeps. */
  const drowning = (host: string, port: number): Promise<Running> =>
    startPrinting(
      process.execPath,
      [
        "-e",
        `const server = require("node:net").createServer();
         server.listen({ port: ${port}, host: "${host}", backlog: 1 }, () => {
           require("node:fs").writeSync(1, server.address().port + "\\n");
           Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
         });`,
      ],
      /^(\d+)\n/,
    );

  test("an address that drops packets is filtered after its time", async () => {
    const server = await drowning("127.0.0.1", 0);
    // Fills the queue: as many as the system lets in before it is silent.
    const crowd = await Promise.all(
      Array.from({ length: 6 }, () =>
        probe(
          { host: "127.0.0.1", port: server.port, layer: "plain" },
          { connect: 300, settle: 1500 },
        ),
      ),
    );
    await server.stop();
    const filtered = crowd.filter(({ attempts }) => attempts[0]?.outcome === "filtered");
    assert.ok(filtered.length > 0, "nobody was shut out");
    const [one] = filtered;
    assert.deepEqual(endOf(one!).slice(0, 2), ["connect", "timeout"]);
    assert.ok(one!.milliseconds < 300 + slack);
    assert.equal(whyNoCertificate(one!).code, "connect.deadline");
  });

  test("a filtered address holds nobody up when another one answers", async () => {
    const { server } = certificates;
    const tls = await listen(createTls({ cert: server.cert, key: server.key }));
    const filtered = await drowning("127.0.0.2", tls.port);
    const crowd = Array.from({ length: 6 }, () =>
      connect({ host: "127.0.0.2", port: tls.port }).on("error", () => undefined),
    );
    const addresses = ["127.0.0.2", "127.0.0.1"];
    // Asked until the queue is full.
    let seen = await probe({ host: "etcd1", port: tls.port, addresses });
    for (let i = 0; i < 20 && seen.connection?.address === "127.0.0.2"; i++)
      seen = await probe({ host: "etcd1", port: tls.port, addresses }, { handshake: 50 });
    const lingered = await lingering(`
      probe({ host: "etcd1", port: ${tls.port}, addresses: ${JSON.stringify(addresses)} })`);
    for (const socket of crowd) socket.destroy();
    await Promise.all([filtered.stop(), tls.stop()]);
    assert.deepEqual(
      seen.attempts.map(({ address, outcome }) => [address, outcome]),
      [
        ["127.0.0.1", "connected"],
        ["127.0.0.2", "filtered"],
      ],
    );
    assert.ok(seen.milliseconds > 240 && seen.milliseconds < 250 + slack);
    assert.ok(lingered < slack, `${lingered} ms`);
  });

  test("what must be said before TLS is said, and only the right answer leads on", async () => {
    const { server } = certificates;
    const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
    const tls = createTls({ cert: server.cert, key: server.key });
    const postgresql = (answer: "S" | "N") =>
      behave((socket) => {
        socket.once("data", (first: Buffer) => {
          assert.deepEqual(first, sslRequest);
          socket.pause();
          socket.write(answer);
          if (answer === "S") tls.emit("connection", socket);
        });
      });
    const prologue = { send: sslRequest, expect: Buffer.from("S") };
    const willing = await look(await postgresql("S"), {}, { prologue });
    assert.deepEqual(willing.handshake?.flight.chain, certificates.chain);
    const unwilling = await look(await postgresql("N"), {}, { prologue });
    assert.equal(unwilling.handshake, undefined);
    assert.deepEqual(unwilling.connection?.first, { kind: "postgresql", answer: "N", text: "N" });
  });

  test("what cannot be asked is said without a connection, and never thrown", async () => {
    const impossible: readonly [Partial<ProbeTarget>, RegExp][] = [
      [{ port: 70_000 }, /there is no port 70000/],
      [{ port: Number.NaN }, /there is no port NaN/],
      [{ alpn: [""] }, /"" is no name of a protocol/],
      [{ ciphers: "NO-SUCH-CIPHER" }, /no cipher match/],
      [{ cert: "no certificate" }, /no start line/],
    ];
    for (const [target, why] of impossible) {
      const seen = await probe({ host: "127.0.0.1", port: 1, ...target });
      assert.match(seen.unusable?.message ?? "", why);
      assert.deepEqual(seen.attempts, []);
      assert.equal(whyNoCertificate(seen).code, "connect.client-unusable");
    }
    const nowhere = await probe({ host: "etcd1", port: 1, addresses: ["not-an-address"] });
    assert.equal(nowhere.connection, undefined);
  });

  test("a path cannot smuggle lines into the request", async () => {
    let heard = "";
    const server = await behave((socket) => {
      socket.once("data", (chunk: Buffer) => {
        heard = chunk.toString("latin1");
        socket.end("HTTP/1.1 200 OK\r\n\r\n");
      });
    });
    const path = "/a\r\nX-Evil: yes \ud800";
    await look(server, {}, { layer: "plain", request: { kind: "http1", path } });
    assert.match(
      heard,
      /^GET \/a%0D%0AX-Evil:%20yes%20%EF%BF%BD HTTP\/1\.1\r\nHost: 127\.0\.0\.1:/,
    );
    assert.doesNotMatch(heard, /^X-Evil/m);
  });

  test("nothing stays open behind a probe: the process ends when the last one has", async () => {
    const silent = await behave(() => undefined);
    const { server } = certificates;
    const tls = await listen(createTls({ cert: server.cert, key: server.key }));
    const lingered = await lingering(`
      probe({ host: "127.0.0.1", port: ${silent.port} }, { handshake: 100 }),
      probe({ host: "127.0.0.1", port: ${silent.port} }, { deadline: 100 }),
      probe({ host: "127.0.0.1", port: ${silent.port} }, {}, AbortSignal.timeout(100)),
      probe({ host: "127.0.0.1", port: ${tls.port}, request: { kind: "http1", path: "/" } }, { answer: 100 })`);
    await Promise.all([silent.stop(), tls.stop()]);
    assert.ok(lingered < slack, `${lingered} ms`);
  });
});
