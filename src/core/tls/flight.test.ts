import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  alpn,
  bytes,
  certificate12,
  certificate13,
  certificateRequest13,
  changeCipherSpec,
  encryptedExtensions,
  extension,
  finished,
  flight12,
  fragmented,
  inner,
  keyShare,
  message,
  record,
  serverHello,
  ticket,
  vector,
  versionExtension,
} from "../../../test/tls/flights.ts";
import { maxMessageBytes, maxRecordBytes } from "./budgets.ts";
import { readFlight, type Unprotect } from "./flight.ts";

const seed = Number(process.env["CERTWRIGHT_SEED"] ?? 20_261_123);
const der = (size: number, fill: number): Uint8Array => new Uint8Array(size).fill(fill);
const chain = [der(500, 1), der(400, 2), der(300, 3)];
const name = bytes(0x30, 13, new Uint8Array(13));
const twelve = bytes(...flight12(chain, [name]));

/** Records that carry their plaintext: what a right key would give. */
const open: Unprotect = (_epoch, _sequence, _header, body) => body;

const hello13 = record(
  22,
  serverHello({ cipher: 0x1301, extensions: [versionExtension(0x0304), keyShare(29)] }),
);

test("a TLS 1.2 flight is read: version, suite, group, protocol, chain in its order, authorities", () => {
  const flight = readFlight(record(22, twelve));
  assert.equal(flight.hello?.versionName, "TLSv1.2");
  assert.equal(flight.hello?.cipher, "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
  assert.equal(flight.group, "x25519");
  assert.equal(flight.alpn, "h2");
  assert.deepEqual(flight.chain, chain);
  assert.deepEqual(flight.certificateRequest, {
    types: ["rsa_sign", "ecdsa_sign"],
    signatureSchemes: ["ecdsa_secp256r1_sha256", "rsa_pss_rsae_sha256"],
    authorities: [name],
  });
  assert.deepEqual(
    flight.messages.map((one) => one.name),
    ["ServerHello", "Certificate", "ServerKeyExchange", "CertificateRequest", "ServerHelloDone"],
  );
  assert.equal(flight.malformed, undefined);
  assert.equal(flight.cutOff, undefined);
});

test("however a flight is spread over records, it reads the same", () => {
  const whole = readFlight(record(22, twelve));
  fc.assert(
    fc.property(fc.array(fc.nat(twelve.length), { maxLength: 40 }), (cuts) => {
      const { records: _, messages, ...rest } = readFlight(fragmented(twelve, cuts));
      const { records: __, messages: expected, ...wholeRest } = whole;
      assert.deepEqual(rest, wholeRest);
      assert.deepEqual(
        messages.map((one) => [one.name, one.length]),
        expected.map((one) => [one.name, one.length]),
      );
    }),
    { seed, numRuns: 200 },
  );
});

test("a TLS 1.3 flight is read behind its protection, padding removed, keys changed at Finished", () => {
  const epochs: (string | number)[] = [];
  const flight = readFlight(
    bytes(
      hello13,
      changeCipherSpec,
      inner(22, bytes(encryptedExtensions(alpn("http/1.1")), certificateRequest13(name)), 17),
      inner(22, certificate13(chain)),
      inner(22, finished),
      inner(22, bytes(ticket, ticket)),
      inner(23, bytes(1, 2, 3)),
      inner(22, message(24, bytes(0))),
      inner(21, bytes(2, 116)),
    ),
    (epoch, sequence, header, body) => {
      assert.equal(header.length, 5);
      epochs.push(`${epoch}:${sequence}`);
      return body;
    },
  );
  assert.equal(flight.hello?.versionName, "TLSv1.3");
  assert.equal(flight.group, "x25519");
  assert.equal(flight.alpn, "http/1.1");
  assert.deepEqual(flight.chain, chain);
  assert.deepEqual(flight.certificateRequest, {
    types: [],
    signatureSchemes: ["ecdsa_secp256r1_sha256"],
    authorities: [name],
  });
  assert.equal(flight.requestAfterHandshake, false);
  assert.equal(flight.tickets, 2);
  assert.equal(flight.applicationBytes, 3);
  assert.deepEqual(
    flight.alerts.map(({ number, name: text, time }) => [number, text, time]),
    [[116, "certificate_required", "after-handshake"]],
  );
  assert.deepEqual(epochs, [
    "handshake:0",
    "handshake:1",
    "handshake:2",
    "0:0",
    "0:1",
    "0:2",
    "1:0",
  ]);
});

test("without keys a TLS 1.3 flight ends at ServerHello, and the rest is counted", () => {
  const flight = readFlight(bytes(hello13, inner(22, certificate13(chain)), inner(22, finished)));
  assert.equal(flight.hello?.cipher, "TLS_AES_128_GCM_SHA256");
  assert.equal(flight.chain, undefined);
  assert.equal(flight.opaque, 2);
});

test("a HelloRetryRequest is told apart from the ServerHello behind it", () => {
  const random = Uint8Array.from(
    "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c".match(/../g) ?? [],
    (pair) => Number.parseInt(pair, 16),
  );
  const retry = serverHello({
    random,
    cipher: 0x1302,
    extensions: [versionExtension(0x0304), extension(51, bytes(0, 24))],
  });
  const flight = readFlight(bytes(record(22, retry), changeCipherSpec, hello13));
  assert.equal(flight.helloRetry?.group, "secp384r1");
  assert.equal(flight.hello?.group, "x25519");
});

test("a stapled OCSP response is found in either version", () => {
  const staple = bytes(1, vector(3, der(30, 9)));
  const old = readFlight(
    record(22, bytes(serverHello(), certificate12(...chain), message(22, staple))),
  );
  assert.deepEqual(old.staple, der(30, 9));
  const modern = readFlight(
    bytes(hello13, inner(22, certificate13(chain, extension(5, staple)))),
    open,
  );
  assert.deepEqual(modern.staple, der(30, 9));
});

test("a message is found where its first octet is", () => {
  const [hello, ...rest] = flight12(chain);
  const stream = bytes(...rest);
  const first = record(22, bytes(hello!, stream.subarray(0, 10)));
  const flight = readFlight(bytes(first, record(22, stream.subarray(10))));
  const second = first.length;
  assert.deepEqual(
    flight.messages.map(({ offset }) => offset),
    [0, 0, second, second, second],
  );
});

test("a clear alert before and instead of ServerHello keeps level, number and time", () => {
  const flight = readFlight(record(21, bytes(2, 70)));
  const [alert] = flight.alerts;
  assert.deepEqual(alert, {
    level: 2,
    number: 70,
    name: "protocol_version",
    time: "during-handshake",
    offset: 0,
  });
});

test("behind ChangeCipherSpec of TLS 1.2 only kinds and lengths are seen", () => {
  const flight = readFlight(
    bytes(
      record(22, twelve),
      changeCipherSpec,
      record(22, der(40, 5)),
      record(21, der(26, 6)),
      record(23, der(100, 7)),
      record(22, der(30, 8)),
    ),
  );
  assert.equal(flight.finished, true);
  assert.equal(flight.encryptedAlerts, 1);
  assert.equal(flight.applicationBytes, 100);
  assert.equal(flight.renegotiation, true);
  assert.deepEqual(flight.alerts, []);
});

test("bytes that end in the middle say in the middle of what", () => {
  const whole = record(22, twelve);
  assert.deepEqual(readFlight(whole.subarray(0, 3)).cutOff, {
    what: "record header",
    offset: 0,
    have: 3,
    want: 5,
  });
  assert.deepEqual(readFlight(whole.subarray(0, 105)).cutOff, {
    what: "record",
    offset: 0,
    have: 100,
    want: twelve.length,
  });
  const half = readFlight(record(22, twelve.subarray(0, 200)));
  assert.equal(half.cutOff?.what, "handshake message");
  assert.equal(half.hello?.versionName, "TLSv1.2");
});

test("what is no TLS, or more than TLS allows, is malformed at its offset", () => {
  const at = (input: Uint8Array): readonly [number, string] | undefined => {
    const { malformed } = readFlight(input, open);
    return malformed === undefined ? undefined : [malformed.offset, malformed.why];
  };
  assert.deepEqual(at(bytes(0x48, 0x54, 0x54, 0x50)), [0, "a record of type 72: TLS has 20 to 24"]);
  assert.deepEqual(at(bytes(22, 9, 9)), [1, "a record of version 9: TLS has 3"]);
  assert.deepEqual(at(bytes(22, 3, 3, 0xff, 0xff)), [
    3,
    `a record of 65535 octets; TLS allows ${maxRecordBytes}`,
  ]);
  const long = record(22, bytes(11, 0xff, 0xff, 0xff));
  assert.deepEqual(at(long), [
    0,
    `Certificate of 16777219 octets; at most ${maxMessageBytes} are read`,
  ]);
  const crowd = Array.from({ length: 201 }, () => der(10, 1));
  assert.match(
    at(record(22, bytes(serverHello(), certificate12(...crowd))))?.[1] ?? "",
    /more than 200 certificates/,
  );
  const cut = record(22, bytes(serverHello(), message(11, bytes(0, 0, 50, 0, 0, 90))));
  assert.match(
    at(cut)?.[1] ?? "",
    /^Certificate: the certificate list wants 50 octets, 3 are left/,
  );
  assert.match(at(record(21, bytes(2)))?.[1] ?? "", /an alert of 1 octets/);
  const flood = bytes(...Array.from({ length: 20 }, () => record(21, bytes(1, 90))));
  assert.match(at(flood)?.[1] ?? "", /more than 16 alerts/);
  const helloRequests = record(
    22,
    bytes(...Array.from({ length: 200 }, () => message(0, bytes()))),
  );
  assert.match(at(helloRequests)?.[1] ?? "", /more than 100 handshake messages/);
});

test("no bytes whatever make the reader throw or run on", () => {
  const samples = [
    record(22, twelve),
    bytes(hello13, inner(22, bytes(encryptedExtensions(alpn("h2")), certificateRequest13(name)))),
    bytes(hello13, inner(22, certificate13(chain)), inner(22, finished), inner(21, bytes(2, 48))),
  ];
  const spoiled = fc
    .tuple(
      fc.constantFrom(...samples),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
      fc.nat(),
    )
    .map(([sample, flips, end]) => {
      const copy = sample.slice();
      for (const [at, value] of flips) copy[at % copy.length] = value;
      return copy.subarray(0, end % 3 === 0 ? end % copy.length : copy.length);
    });
  const started = performance.now();
  fc.assert(
    fc.property(fc.oneof(spoiled, fc.uint8Array({ maxLength: 2000 })), (input) => {
      const flight = readFlight(input, open);
      assert.ok(flight.malformed === undefined || flight.malformed.offset <= input.length);
      assert.ok(flight.messages.length <= 100);
      assert.ok((flight.chain?.length ?? 0) <= 200);
      assert.ok(flight.alerts.length <= 16);
    }),
    { seed, numRuns: 5000 },
  );
  assert.ok(performance.now() - started < 20_000);
});

test("a mebibyte of the worst record sizes is read within a second", () => {
  const one = record(22, bytes(11));
  const flood = new Uint8Array(1_048_576);
  for (let at = 0; at + one.length <= flood.length; at += one.length) flood.set(one, at);
  const empty = new Uint8Array(1_048_576);
  for (let at = 0; at + 5 <= empty.length; at += 5) empty.set([22, 3, 3, 0, 0], at);
  const big = bytes(
    record(22, bytes(11, 3, 0xff, 0xf0)),
    ...Array.from({ length: 60 }, () => record(22, der(16_384, 0))),
  );
  for (const input of [flood, empty, big]) {
    const started = performance.now();
    readFlight(input);
    const milliseconds = performance.now() - started;
    assert.ok(milliseconds < 1000, `${milliseconds} ms`);
  }
});
