/** The prober against real servers: Go, OpenSSL, Node, and two generations of etcd. */
import assert from "node:assert/strict";
import { createServer as createHttps } from "node:https";
import { join } from "node:path";
import { after, before, describe, test, type TestContext } from "node:test";
import { createServer as createTls } from "node:tls";
import { digests } from "../../src/adapters/crypto/node-digests.ts";
import { probe } from "../../src/adapters/tls/probe.ts";
import { judgeAcceptance } from "../../src/core/tls/acceptance.ts";
import type { Observation, ProbeTarget } from "../../src/core/tls/observation.ts";
import { parseCertificate } from "../../src/core/x509/certificate.ts";
import { componentProgram } from "../../tools/components/cache.ts";
import { freePorts } from "../../src/adapters/etcd/free-ports.ts";
import { goProgram } from "../go/build.ts";
import { leaveOut } from "../left-out.ts";
import { makeCertificates, type Certificates } from "./certificates.ts";
import { listen, options, startListening, startPrinting, type Running } from "./servers.ts";

let certificates: Certificates;
before(() => {
  certificates = makeCertificates();
});
after(() => certificates.remove());

type Client = "good" | "none" | "strange" | "expired" | "serverOnly";

const seen = (
  port: number,
  client: Client,
  rest: Partial<ProbeTarget> = {},
): Promise<Observation> => {
  const pair = client === "none" ? undefined : certificates[client];
  return probe({
    host: "127.0.0.1",
    port,
    ...(pair === undefined ? {} : { cert: pair.cert, key: pair.key }),
    ...rest,
  });
};

/** "accepted", "refused 48", "refused end", "unknown" */
const verdictOf = (observation: Observation): string => {
  const judged = judgeAcceptance(observation);
  if (judged.verdict !== "refused") return judged.verdict;
  const { by } = judged;
  return `refused ${by.kind === "alert" ? by.number : by.kind === "http" ? by.status : by.kind}`;
};

/** OpenSSL's own server, answering HTTP, on a free port. */
const sServer = (table: Readonly<Record<string, string>>): Promise<Running> =>
  startPrinting(
    "openssl",
    ["s_server", ...options({ "-accept": "127.0.0.1:0", "-www": "", ...table })],
    /ACCEPT 127\.0\.0\.1:(\d+)/,
  );

const requests = {
  "HTTP/1.1": { request: { kind: "http1", path: "/health" } },
  "HTTP/2": { request: { kind: "http2" } },
  "no request": {},
} as const;

/** What every client is told, by alert number, whichever request follows the handshake. */
const tells = async (
  port: number,
  expected: Readonly<Record<Client, string>>,
  rest: Partial<ProbeTarget>,
  ways: readonly (keyof typeof requests)[],
): Promise<void> => {
  for (const way of ways) {
    for (const [client, verdict] of Object.entries(expected) as [Client, string][]) {
      const observation = await seen(port, client, { ...rest, ...requests[way] });
      assert.equal(verdictOf(observation), verdict, `${client}, ${way}`);
      const { handshake } = observation;
      assert.deepEqual(handshake?.flight.chain, certificates.chain, `${client}, ${way}: chain`);
      assert.equal(handshake?.flight.malformed, undefined);
      const [authority] = handshake?.flight.certificateRequest?.authorities ?? [];
      assert.deepEqual(authority, certificates.root.certificate.subject.der);
      assert.equal(handshake?.presented, client !== "none");
    }
  }
};

const all = ["HTTP/1.1", "HTTP/2", "no request"] as const;

/** Starts a server for one test and stops it whatever happens. */
const during = async (
  starting: Promise<Running>,
  work: (port: number) => Promise<void>,
): Promise<void> => {
  const server = await starting;
  try {
    await work(server.port);
  } finally {
    await server.stop();
  }
};

describe("who is refused, and how it is told", () => {
  test("a Go server tells each refusal by its own alert, late in TLS 1.3 and in time in TLS 1.2", async (t) => {
    const program = goProgram("mtls");
    if ("missing" in program) return leaveOut(t, program.missing);
    const { server, rootFile } = certificates;
    const starting = startPrinting(
      program.path,
      [server.certFile, server.keyFile, rootFile],
      /:(\d+)\n/,
    );
    await during(starting, async (port) => {
      const told = {
        good: "accepted",
        strange: "refused 48",
        expired: "refused 45",
        serverOnly: "refused 42",
      };
      await tells(port, { ...told, none: "refused 116" }, {}, all);
      await tells(port, { ...told, none: "refused 40" }, { maxVersion: "TLSv1.2" }, all);
      const late = await seen(port, "expired");
      assert.equal(late.handshake?.completed, true, "our side was content before the alert came");
      assert.equal(late.handshake?.alert?.time, "after-handshake");
      const early = await seen(port, "expired", { maxVersion: "TLSv1.2" });
      assert.equal(early.handshake?.completed, false);
      assert.equal(early.handshake?.alert?.time, "during-handshake");
    });
  });

  for (const [version, none] of [
    ["-tls1_3", "refused 116"],
    ["-tls1_2", "refused 40"],
  ] as const) {
    test(`openssl s_server ${version} refuses a server-only certificate with 43`, async () => {
      const { server, rootFile } = certificates;
      const starting = sServer({
        [version]: "",
        "-Verify": "3",
        "-verify_return_error": "",
        "-cert": server.certFile,
        "-key": server.keyFile,
        "-CAfile": rootFile,
      });
      await during(starting, async (port) => {
        const expected: Readonly<Record<Client, string>> = {
          good: "accepted",
          none,
          strange: "refused 48",
          expired: "refused 45",
          serverOnly: "refused 43",
        };
        for (const [client, verdict] of Object.entries(expected) as [Client, string][])
          assert.equal(verdictOf(await seen(port, client)), verdict, client);
        // It did not choose HTTP/2, so it is not spoken to in it.
        const unasked = await seen(port, "good", requests["HTTP/2"]);
        assert.equal(unasked.phases.at(-1)?.name, "settle");
        assert.equal(verdictOf(unasked), "accepted");
      });
    });
  }

  test("a Node server gives no reason: its bare end is understood as a refusal", async () => {
    const { server, rootPem } = certificates;
    const setting = { cert: server.cert, key: server.key, ca: rootPem };
    const starting = listen(
      createHttps({ ...setting, requestCert: true, rejectUnauthorized: true }, (_, response) => {
        response.end("ok");
      }),
    );
    await during(starting, async (port) => {
      const told = {
        good: "accepted",
        strange: "refused end",
        expired: "refused end",
        serverOnly: "refused end",
      };
      const ways = ["HTTP/1.1", "no request"] as const;
      await tells(port, { ...told, none: "refused 116" }, {}, ways);
      await tells(port, { ...told, none: "refused 40" }, { maxVersion: "TLSv1.2" }, ways);
    });
  });

  const etcd = async (program: string): Promise<Running> => {
    const { folder, server, rootFile } = certificates;
    const [client = 0, peer = 0] = await freePorts(2);
    const clientUrl = `https://127.0.0.1:${client}`;
    const peerUrl = `http://127.0.0.1:${peer}`;
    const args = options({
      "--data-dir": join(folder, `etcd-${client}`),
      "--listen-client-urls": clientUrl,
      "--advertise-client-urls": clientUrl,
      "--listen-peer-urls": peerUrl,
      "--initial-advertise-peer-urls": peerUrl,
      "--initial-cluster": `default=${peerUrl}`,
      "--cert-file": server.certFile,
      "--key-file": server.keyFile,
      "--client-cert-auth": "",
      "--trusted-ca-file": rootFile,
    });
    return startListening(program, args, client);
  };

  const withEtcd = async (
    t: TestContext,
    name: string,
    work: (port: number) => Promise<void>,
  ): Promise<void> => {
    const program = componentProgram(name, "etcd");
    if (program === undefined)
      return leaveOut(t, `${name} is not built: npm run components -- ${name}`);
    await during(etcd(program), work);
  };

  test("etcd 3.6 tells each refusal by its own alert, and says its time to whom it knows", async (t) => {
    await withEtcd(t, "etcd", async (port) => {
      const told = {
        good: "accepted",
        strange: "refused 48",
        expired: "refused 45",
        serverOnly: "refused 42",
      };
      await tells(port, { ...told, none: "refused 116" }, {}, all);
      await tells(port, { ...told, none: "refused 40" }, { maxVersion: "TLSv1.2" }, all);

      const { answer, answeredAt = 0 } = await seen(port, "good", requests["HTTP/1.1"]);
      assert.match(answer?.body ?? "", /"health":"true"/);
      assert.ok(Math.abs((answer?.date ?? 0) - answeredAt) < 2000, "its clock is ours");

      const http2 = await seen(port, "good", requests["HTTP/2"]);
      assert.equal(http2.handshake?.alpn, "h2");
      assert.equal(http2.answer?.first.kind, "http2");
    });
  });

  test("etcd 3.4 of Debian tells every refusal by the same alert 42", async (t) => {
    await withEtcd(t, "etcd-debian", async (port) => {
      const alike = "refused 42";
      const told = { none: alike, strange: alike, expired: alike, serverOnly: alike };
      await tells(port, { good: "accepted", ...told }, {}, all);
    });
  });
});

describe("what a server shows", () => {
  test("the chain is given in the order sent, even a wrong one", async () => {
    const { disordered, disorderedChain, server } = certificates;
    for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
      const starting = sServer({
        "-cert": disordered.certFile,
        "-cert_chain": disordered.certFile,
        "-key": server.keyFile,
      });
      await during(starting, async (port) => {
        const { handshake } = await seen(port, "none", { maxVersion: version });
        assert.equal(handshake?.version, version);
        // s_server sends the file of -cert_chain behind the certificate, leaf and all.
        assert.deepEqual(handshake?.flight.chain, [server.der, ...disorderedChain]);
        assert.equal(handshake?.flight.certificateRequest, undefined);
      });
    }
  });

  for (const [cipher, suite] of [
    ["TLS_AES_128_GCM_SHA256", 0x1301],
    ["TLS_AES_256_GCM_SHA384", 0x1302],
    ["TLS_CHACHA20_POLY1305_SHA256", 0x1303],
  ] as const) {
    test(`records under ${cipher} are opened`, async () => {
      const { server } = certificates;
      const setting = { cert: server.cert, key: server.key, ciphers: cipher };
      await during(listen(createTls(setting)), async (port) => {
        const { handshake } = await seen(port, "none");
        assert.equal(handshake?.flight.hello?.cipherCode, suite);
        assert.equal(handshake?.cipher, cipher);
        assert.deepEqual(handshake?.flight.chain, certificates.chain);
        assert.equal(handshake?.flight.opaque, 0);
      });
    });
  }

  test("a server of TLS 1.0 is shown for what it is", async () => {
    const { server } = certificates;
    const setting = {
      cert: server.cert,
      key: server.key,
      ciphers: "DEFAULT@SECLEVEL=0",
      minVersion: "TLSv1",
      maxVersion: "TLSv1",
    } as const;
    await during(listen(createTls(setting)), async (port) => {
      const { handshake } = await seen(port, "none");
      assert.equal(handshake?.version, "TLSv1.0");
      const modern = await seen(port, "none", { minVersion: "TLSv1.2" });
      assert.equal(modern.handshake?.alert?.name, "protocol_version");
      assert.equal(modern.handshake?.alert?.time, "during-handshake");
    });
  });

  test("a HelloRetryRequest is noted with the group the server insists on", async () => {
    const { server } = certificates;
    const setting = { cert: server.cert, key: server.key, ecdhCurve: "secp521r1" };
    await during(listen(createTls(setting)), async (port) => {
      const { handshake } = await seen(port, "none");
      assert.equal(handshake?.flight.helloRetry?.group, "secp521r1");
      assert.equal(handshake?.group, "secp521r1");
      assert.deepEqual(handshake?.flight.chain, certificates.chain);
    });
  });

  test("a server that wants another protocol or name says so by alert", async () => {
    const { server } = certificates;
    const setting = {
      cert: server.cert,
      key: server.key,
      ALPNProtocols: ["h2"],
      SNICallback: (name: string, done: (error: Error | null) => void) =>
        done(name === "known.lab.test" ? null : new Error(`no ${name}`)),
    };
    await during(listen(createTls(setting)), async (port) => {
      const protocol = await seen(port, "none", requests["HTTP/1.1"]);
      assert.equal(protocol.handshake?.alert?.number, 120);
      const named = await seen(port, "none", { servername: "known.lab.test" });
      assert.equal(named.handshake?.completed, true);
      assert.equal(named.servername, "known.lab.test");
      assert.equal(named.handshake?.alpn, "h2");
    });
  });

  test("a certificate and a key that are no pair are told before anybody is bothered", async () => {
    const { server, good } = certificates;
    const client = await probe({ host: "127.0.0.1", port: 9, cert: server.cert, key: good.key });
    assert.match(client.unusable?.code ?? "", /KEY_VALUES_MISMATCH/);
    assert.equal(client.attempts.length, 0);
  });

  test("what is shown can be read as certificates", async () => {
    const { server } = certificates;
    await during(listen(createTls({ cert: server.cert, key: server.key })), async (port) => {
      const { handshake } = await seen(port, "none");
      const [leaf] = handshake?.flight.chain ?? [];
      const certificate = parseCertificate(leaf!, { digests, reading: "strict" });
      assert.deepEqual(certificate.subjectAltName?.[0], { kind: "dns", value: "localhost" });
    });
  });
});
