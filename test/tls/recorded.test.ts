/** Flights of real servers, recorded now, then spoiled: nothing makes the reader throw, hang or grow. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { createSecureContext, createServer as createTls } from "node:tls";
import * as fc from "fast-check";
import { Conversation } from "../../src/adapters/tls/conversation.ts";
import { serverProtection } from "../../src/adapters/tls/record-protection.ts";
import { readFlight, type Unprotect } from "../../src/core/tls/flight.ts";
import { makeCertificates } from "./certificates.ts";
import { listen, options, startPrinting } from "./servers.ts";

const seed = Number(process.env["CERTWRIGHT_SEED"] ?? 20_261_123);

interface Recording {
  readonly bytes: Uint8Array;
  readonly open: Unprotect | undefined;
}

/** What a server with client authentication sends until it has sent its tickets. */
const record = async (maxVersion: "TLSv1.2" | "TLSv1.3"): Promise<Recording> => {
  const certificates = makeCertificates();
  const { server, good, rootPem } = certificates;
  const tls = createTls({
    cert: server.cert,
    key: server.key,
    ca: rootPem,
    requestCert: true,
    rejectUnauthorized: true,
  });
  const running = await listen(tls);
  const conversation = new Conversation(connect({ host: "127.0.0.1", port: running.port }), () =>
    performance.now(),
  );
  const context = createSecureContext({ ca: [], cert: good.cert, key: good.key, maxVersion });
  conversation.startTls({ context, servername: undefined, alpn: [] });
  await conversation.until(() => conversation.tickets > 0, AbortSignal.timeout(5000));
  const bytes = new Uint8Array(conversation.serverBytes());
  const cipher = readFlight(bytes).hello?.cipherCode ?? 0;
  const { secrets } = conversation;
  conversation.destroy();
  await running.stop();
  certificates.remove();
  return { bytes, open: maxVersion === "TLSv1.3" ? serverProtection(cipher, secrets) : undefined };
};

test("what follows a change of keys is read with the next ones", async () => {
  const certificates = makeCertificates();
  const { certFile, keyFile } = certificates.server;
  const table = { "-accept": "127.0.0.1:0", "-tls1_3": "", "-cert": certFile, "-key": keyFile };
  const server = await startPrinting(
    "openssl",
    ["s_server", ...options(table)],
    /ACCEPT 127\.0\.0\.1:(\d+)/,
  );
  try {
    const socket = connect({ host: "127.0.0.1", port: server.port });
    const conversation = new Conversation(socket, () => performance.now());
    const context = createSecureContext({ ca: [] });
    conversation.startTls({ context, servername: undefined, alpn: [] });
    const patience = AbortSignal.timeout(5000);
    await conversation.until(() => conversation.tickets > 0, patience);
    // On a line of its own "K" is s_server's command for KeyUpdate; other lines are sent as they stand.
    for (const line of ["first\n", "K\n", "second\n", "K\n", "third\n"]) {
      const { received } = conversation;
      server.type(line);
      await conversation.until(() => conversation.received > received, patience);
    }
    const said = "first\nsecond\nthird\n".length;
    await conversation.until(() => conversation.dataLength >= said, patience);
    const bytes = new Uint8Array(conversation.serverBytes());
    const cipher = readFlight(bytes).hello?.cipherCode ?? 0;
    const flight = readFlight(bytes, serverProtection(cipher, conversation.secrets));
    conversation.destroy();
    assert.equal(flight.messages.filter(({ name }) => name === "KeyUpdate").length, 2);
    assert.equal(flight.applicationBytes, said);
    assert.equal(flight.opaque, 0);
  } finally {
    await server.stop();
    certificates.remove();
  }
});

for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
  test(`a ${version} flight reads to its end, and wherever it is cut it says what is missing`, async () => {
    const { bytes, open } = await record(version);
    const whole = readFlight(bytes, open);
    assert.equal(whole.hello?.versionName, version);
    assert.equal(whole.chain?.length, 2);
    assert.notEqual(whole.certificateRequest, undefined);
    assert.ok(whole.tickets > 0);
    assert.equal(whole.malformed, undefined);
    assert.equal(whole.cutOff, undefined);
    let complete = 0;
    for (let end = 1; end < bytes.length; end++) {
      const part = readFlight(bytes.subarray(0, end), open);
      assert.equal(part.malformed, undefined, `cut at ${end}`);
      if (part.cutOff === undefined) complete += 1;
      else assert.ok(part.cutOff.have < part.cutOff.want, `cut at ${end}`);
    }
    assert.ok(complete < 20, "only cuts between records go unnoticed");
  });

  test(`a ${version} flight with octets changed is read or called malformed`, async () => {
    const { bytes, open } = await record(version);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 }),
        (flips) => {
          const spoiled = bytes.slice();
          for (const [at, value] of flips) spoiled[at] = value;
          const flight = readFlight(spoiled, open);
          assert.ok((flight.chain?.length ?? 0) <= 200);
        },
      ),
      { seed, numRuns: 2000 },
    );
  });
}
