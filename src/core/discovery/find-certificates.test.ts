import assert from "node:assert/strict";
import { test } from "node:test";
import { digests } from "../../adapters/crypto/node-digests.ts";
import { ca } from "../../../test/path/workshop.ts";
import { writePem } from "../x509/pem.ts";
import { certificatesInText } from "./find-certificates.ts";

const { der, fingerprint } = ca("CN=kubernetes").certificate;
const pem = writePem("CERTIFICATE", der);
const base64 = (text: string): string => Buffer.from(text).toString("base64");

const foundIn = (text: string): readonly string[] => {
  const found: string[] = [];
  certificatesInText(text, (one) => found.push(digests.sha256Hex(one)));
  return found;
};

test("a certificate is found in every form in which objects carry one", () => {
  const wrapped = base64(pem).replaceAll(/.{60}/g, "$&\n        ");
  const forms: Readonly<Record<string, string>> = {
    PEM: pem,
    "PEM between other text": `# ours\n${pem}other: text\n`,
    "PEM in JSON": JSON.stringify({ ca: pem }),
    "PEM in JSON in JSON": JSON.stringify(JSON.stringify({ ca: pem })),
    "PEM with carriage returns": pem.replaceAll("\n", "\r\n"),
    "base64 of PEM": base64(pem),
    "a kubeconfig, whose next line is no base64": `    certificate-authority-data: ${base64(pem)}\n    server: https://x\n  name: x\n`,
    "a kubeconfig in JSON": JSON.stringify({
      "certificate-authority-data": base64(pem),
      name: "x",
    }),
    "base64 on several lines": `  caBundle: ${wrapped}\n  service: x\n`,
    "base64 of a kubeconfig": base64(`certificate-authority-data: ${base64(pem)}\nserver: x\n`),
  };
  for (const [form, text] of Object.entries(forms))
    assert.deepEqual(foundIn(text), [fingerprint], form);
});

test("two in one text are both found, and nothing in what only looks like one", () => {
  assert.deepEqual(foundIn(pem + pem), [fingerprint, fingerprint]);
  assert.deepEqual(foundIn(`a: ${base64(pem)}\nb: ${base64(pem)}\n`), [fingerprint, fingerprint]);
  assert.deepEqual(foundIn(pem.slice(0, 300)), []);
  assert.deepEqual(foundIn(`-----BEGIN CERTIFICATE-----\n${"#".repeat(400)}\n`), []);
  assert.deepEqual(foundIn("A".repeat(4000)), []);
});
