import assert from "node:assert/strict";
import { test } from "node:test";
import { asciiBytes } from "../bytes/utf8.ts";
import { encodeBase64 } from "../bytes/base64.ts";
import { bytesOfHex } from "../bytes/hex.ts";
import { signedCertificate, signedRequest, testKey } from "../../../test/x509/material.ts";
import { readPem, writePem, type PemFaultId } from "./pem.ts";

const key = testKey("P-256");
const der = signedCertificate();
const second = signedCertificate({ serial: Uint8Array.of(9) });
const pem = writePem("CERTIFICATE", der);
const keyPem = key.pem("pkcs8");
const requestDer = signedRequest();

const read = (text: string | Uint8Array, expect?: Parameters<typeof readPem>[1]) =>
  readPem(typeof text === "string" ? asciiBytes(text) : text, expect);
const ids = (text: string | Uint8Array, expect?: Parameters<typeof readPem>[1]): PemFaultId[] =>
  read(text, expect).faults.map((fault) => fault.id);
const fault = (text: string | Uint8Array, id: PemFaultId) => {
  const found = read(text).faults.find((f) => f.id === id);
  assert.ok(found, `${id} among ${ids(text).join(", ")}`);
  return found;
};
/** The one certificate is still had. */
const assertRead = (text: string | Uint8Array, ...expected: Uint8Array[]): void => {
  assert.deepEqual(
    read(text).blocks.map((block) => [block.label, block.der]),
    (expected.length === 0 ? [der] : expected).map((bytes) => ["CERTIFICATE", bytes]),
  );
};

test("a file as it should be has no fault, and says where each block begins", () => {
  const reading = read(pem + writePem("CERTIFICATE", second));
  assert.deepEqual(reading.faults, []);
  assert.deepEqual(
    reading.blocks.map((block) => [block.offset, block.line]),
    [
      [0, 1],
      [pem.length, pem.split("\n").length],
    ],
  );
  assertRead(pem + writePem("CERTIFICATE", second), der, second);
});

test("CR LF and text around are noted as harmless", () => {
  const text = `# our CA\n${pem}`.replaceAll("\n", "\r\n");
  assert.deepEqual(ids(text), ["file.crlf", "file.text-around"]);
  assert.ok(read(text).faults.every((f) => f.harmless));
  assertRead(text);
});

test("a byte order mark is found at the start and in the middle", () => {
  const mark = Uint8Array.of(0xef, 0xbb, 0xbf);
  const marked = Uint8Array.from([...mark, ...asciiBytes(pem)]);
  assert.deepEqual(ids(marked), ["file.bom"]);
  assert.equal(read(marked).blocks[0]?.offset, 3);
  assertRead(marked);
  const joined = Uint8Array.from([...asciiBytes(pem), ...mark, ...asciiBytes(pem)]);
  assert.equal(fault(joined, "file.bom").offset, pem.length);
  assertRead(joined, der, der);
});

test("UTF-16 is read in both byte orders, with and without a mark", () => {
  const wide = (little: boolean, mark: boolean): Uint8Array =>
    Uint8Array.from(
      [...(mark ? "\uFEFF" : ""), ...pem].flatMap((c) => {
        const unit = c.charCodeAt(0);
        return little ? [unit & 255, unit >> 8] : [unit >> 8, unit & 255];
      }),
    );
  for (const bytes of [
    wide(true, true),
    wide(false, true),
    wide(true, false),
    wide(false, false),
  ]) {
    assert.deepEqual(ids(bytes), ["file.utf16"]);
    assertRead(bytes);
  }
});

test("a block that lost its line breaks is named, since Go and OpenSSL pass over it", () => {
  for (const text of [pem.replaceAll("\n", ""), pem.replaceAll("\n", " ")]) {
    assert.deepEqual(ids(text), ["file.one-line"]);
    assertRead(text);
  }
  assert.deepEqual(ids(pem.replaceAll("-----\n", "----- \t\n")), []);
});

test("blocks joined without a line break are told apart, with the place of the joint", () => {
  const text = pem.trimEnd() + pem;
  assert.deepEqual(ids(text), ["file.joined-blocks"]);
  const found = fault(text, "file.joined-blocks");
  assert.equal(found.offset, pem.length - 1);
  assert.equal(found.line, pem.split("\n").length - 1);
  assertRead(text, der, der);
});

test("indented blocks, as cut out of YAML, are read and named", () => {
  const text = pem.replaceAll(/^(?=.)/gm, "    ");
  assert.deepEqual(ids(text), ["file.indented"]);
  assertRead(text);
});

test("line breaks written as backslash n are read and named", () => {
  for (const text of [
    pem.replaceAll("\n", "\\n"),
    pem.replaceAll("\n", "\\r\\n"),
    pem.replaceAll("\n", "\\\\n"),
    JSON.stringify({ certificate: pem }),
  ]) {
    assert.ok(ids(text).includes("file.escaped-newlines"), text.slice(0, 60));
    assertRead(text);
  }
});

test("base64 of PEM, a Secret's value, is read and named", () => {
  const once = encodeBase64(asciiBytes(pem));
  assert.deepEqual(ids(once), ["file.double-base64"]);
  assertRead(once);
  const twice = encodeBase64(asciiBytes(once));
  assert.deepEqual(ids(twice), ["file.not-pem"], "but not any number of times");
  assert.deepEqual(ids(encodeBase64(der)), ["file.unarmored"]);
  assertRead(encodeBase64(der, 64));
});

test("a file cut off in the middle says so, and keeps what stands before", () => {
  const text = pem + pem.slice(0, pem.length - 100);
  assert.deepEqual(ids(text), ["file.truncated"]);
  assert.equal(fault(text, "file.truncated").offset, pem.length);
  assertRead(text);
  const noEnd = pem.slice(0, pem.indexOf("-----END"));
  assert.match(fault(noEnd, "file.truncated").message, /content is whole/);
  assertRead(noEnd);
  const noBegin = pem.slice(pem.indexOf("\n") + 100);
  assert.match(fault(noBegin, "file.truncated").message, /no BEGIN line/);
  const nested = pem.slice(0, 200) + "\n" + pem;
  assert.deepEqual(ids(nested), ["file.truncated"]);
  assertRead(nested);
});

test("a wrong character is named with its exact place", () => {
  const at = 150;
  const text = `${pem.slice(0, at)}*${pem.slice(at + 1)}`;
  const found = fault(text, "file.bad-base64");
  assert.equal(found.offset, at);
  assert.equal(found.line, text.slice(0, at).split("\n").length);
  assert.match(found.message, /"\*"/);
  assert.deepEqual(read(text).blocks, []);
});

test("missing lines, bytes behind the structure and a wrong label are told apart", () => {
  const lines = pem.split("\n");
  const missing = [...lines.slice(0, 3), ...lines.slice(4)].join("\n");
  assert.match(fault(missing, "file.bad-der").message, /lines are missing/);
  const trailing = writePem("CERTIFICATE", Uint8Array.from([...der, 0]));
  assert.match(fault(trailing, "file.bad-der").message, /1 bytes behind/);
  assertRead(trailing);
  assert.match(
    fault(writePem("CERTIFICATE", asciiBytes("hello")), "file.bad-der").message,
    /SEQUENCE/,
  );
  const request = read(writePem("CERTIFICATE", requestDer));
  assert.deepEqual(
    [request.faults[0]?.id, request.blocks[0]?.label],
    ["file.label-mismatch", "CERTIFICATE REQUEST"],
  );
  assert.ok(ids(pem.replace("END CERTIFICATE", "END X509 CRL")).includes("file.label-mismatch"));
});

test("a damaged boundary line is named and the block read", () => {
  for (const text of [
    pem.replace("-----BEGIN", "----BEGIN"),
    pem.replace("CERTIFICATE-----\n", "CERTIFICATE----\n"),
    pem.replace("-----BEGIN CERTIFICATE-----\n", "-----BEGIN CERTIFICATE\n"),
    pem.replace("-----BEGIN CERTIFICATE", "-----BEGIN  CERTIFICATE"),
    pem.replace("-----END", "---END"),
  ]) {
    assert.deepEqual(ids(text), ["file.bad-boundary"], text.slice(0, 40));
    assertRead(text);
  }
});

test("DER is read as what it is", () => {
  for (const [bytes, label] of [
    [der, "CERTIFICATE"],
    [requestDer, "CERTIFICATE REQUEST"],
    [key.pkcs8(), "PRIVATE KEY"],
    [key.spki, "PUBLIC KEY"],
  ] as const) {
    const reading = read(bytes);
    assert.deepEqual(
      [reading.faults.map((f) => f.id), reading.blocks[0]?.label],
      [["file.der"], label],
    );
    assert.deepEqual(reading.blocks[0]?.der, bytes);
  }
  assertRead(Uint8Array.from([...der, ...second]), der, second);
  assert.deepEqual(ids(der.subarray(0, 100)), ["file.truncated"]);
});

test("key stores are named, not guessed at", () => {
  assert.deepEqual(ids(Uint8Array.of(0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2)), ["file.jks"]);
  const pkcs12 = bytesOfHex("3016020103301106092a864886f70d010701a00404020500");
  assert.deepEqual(ids(pkcs12 ?? ""), ["file.pkcs12"]);
});

test("labels that only some programs read are named", () => {
  const label = (word: string): string => pem.replaceAll(" CERTIFICATE-", ` ${word}-`);
  assert.deepEqual(ids(label("X509 CERTIFICATE")), ["file.old-label"]);
  assert.deepEqual(ids(label("TRUSTED CERTIFICATE")), ["file.trusted-cert"]);
  assertRead(label("X509 CERTIFICATE"));
  const trusted = writePem("TRUSTED CERTIFICATE", Uint8Array.from([...der, 0x30, 0]));
  assert.deepEqual(ids(trusted), ["file.trusted-cert"]);
  assertRead(trusted);
});

test("encrypted keys of both forms and OpenSSH keys are named", () => {
  const old = keyPem.replace(
    "KEY-----\n",
    "KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00112233445566778899AABBCCDDEEFF\n\n",
  );
  assert.deepEqual(ids(old), ["file.encrypted-key"]);
  assert.equal(read(old).blocks[0]?.headers["Proc-Type"], "4,ENCRYPTED");
  const pbes2 =
    bytesOfHex("301a301506092a864886f70d01050d3008300006042a864886040101") ?? new Uint8Array(0);
  assert.deepEqual(ids(writePem("ENCRYPTED PRIVATE KEY", pbes2)), ["file.encrypted-key"]);
  assert.deepEqual(ids(writePem("OPENSSH PRIVATE KEY", asciiBytes("openssh-key-v1\0"))), [
    "file.openssh-key",
  ]);
  assert.deepEqual(ids("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA me@host\n"), ["file.openssh-key"]);
});

test("what the file is for decides whether a request, a public key or a swapped pair is a fault", () => {
  const request = writePem("CERTIFICATE REQUEST", requestDer);
  assert.deepEqual(ids(request), []);
  assert.deepEqual(ids(request, "certificate"), ["file.csr"]);
  assert.deepEqual(ids(writePem("PUBLIC KEY", key.spki), "private-key"), ["file.public-key"]);
  assert.deepEqual(ids(keyPem, "certificate"), ["file.swapped"]);
  assert.deepEqual(ids(pem, "private-key"), ["file.swapped"]);
  assert.deepEqual(ids(keyPem + pem, "certificate"), ["file.pem-order"]);
  assert.deepEqual(ids(pem + keyPem, "private-key"), []);
});

test("an empty file and something else entirely are named", () => {
  assert.deepEqual(ids(""), ["file.empty"]);
  assert.deepEqual(ids(" \n\r\n\t"), ["file.empty"]);
  assert.deepEqual(ids("<html><body>502 Bad Gateway</body></html>"), ["file.not-pem"]);
  assert.deepEqual(ids("cert: yes\n- a\n-- b --\n"), ["file.not-pem"]);
});

test("no fault shows a private key's content", () => {
  const body = keyPem.split("\n").slice(1, -2).join("");
  for (const text of [
    keyPem.replace("M", "*"),
    keyPem.slice(0, -60),
    keyPem.slice(40),
    keyPem.slice(28),
    keyPem.replaceAll("\n", "\\n"),
    keyPem.replaceAll("\n", " "),
    keyPem.replace("KEY-----\n", "KEY----"),
    body,
    encodeBase64(asciiBytes(keyPem)),
    ` ${keyPem.replaceAll("\n", "\n ")}`,
    keyPem.replace("-----END", "=\n-----END"),
    keyPem.replace("PRIVATE", "SECRET"),
  ]) {
    const shown = JSON.stringify(read(text).faults);
    for (let i = 0; i + 6 <= body.length; i++)
      assert.ok(!shown.includes(body.slice(i, i + 6)), `${body.slice(i, i + 6)} in ${shown}`);
  }
});

test("a word shorter than a PEM boundary is no PEM, whatever its letters", () => {
  for (const word of ["j", "junk", "LS0t"]) {
    assert.deepEqual(
      read(asciiBytes(word)).faults.map(({ id }) => id),
      ["file.not-pem"],
      word,
    );
  }
});

test("reading is linear: 8 MB of the worst that could be thought of ends within seconds", () => {
  const size = 8_000_000;
  const repeat = (unit: string): Uint8Array =>
    asciiBytes(unit.repeat(Math.ceil(size / unit.length)));
  for (const unit of [
    "-",
    "-----BEGIN ",
    "-----END ",
    "-----BEGIN A-----\n",
    "-----BEGIN A-----\n*-----END A-----",
    "\\n",
    " ",
    "--BEGIN A",
    "-----BEGIN CERTIFICATE-----\nA: b\n\n-----END CERTIFICATE-----",
    "\n ",
    "0\x80",
    "A",
  ]) {
    const from = process.cpuUsage();
    read(repeat(unit));
    const { user } = process.cpuUsage(from);
    assert.ok(user < 5_000_000, `${JSON.stringify(unit)}: ${user} µs`);
  }
});
