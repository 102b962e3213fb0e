/** What an external CA may answer to a request for a leaf, and each thing that it may get wrong. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { keyMaker } from "../../src/adapters/crypto/node-keys.ts";
import { verifySignature } from "../../src/adapters/crypto/node-verify.ts";
import { checkLeafAnswer } from "../../src/core/issuance/check-leaf-answer.ts";
import type { ExtensionsTemplate } from "../../src/core/model/template.ts";
import { purpose } from "../../src/core/x509/oids.ts";
import { ca, day, leaf, now, type Entity } from "../path/workshop.ts";

const key = keyMaker.generate({ algorithm: "ec", curve: "P-256" });
const root = ca("CN=Corporate Root");
const signer = ca("CN=Corporate Cluster CA", { issuer: root });
const names = ["master-1", "kubernetes"];

type Wish = Parameters<typeof leaf>[2] & {
  readonly names?: readonly string[];
  readonly by?: Entity;
};

/** What a CA made of the request for {@link key}, but for what the wish says. */
const answer = ({ names: given = names, by = signer, ...wish }: Wish = {}): Entity =>
  leaf(given, by, { key, subject: "O=system:nodes,CN=system:node:master-1", ...wish });
const asked = answer();

const faultsOf = ({ certificate }: Entity) =>
  checkLeafAnswer(asked.certificate, certificate, {
    now,
    lastingUntil: now + 2 * day,
    above: [signer.certificate, root.certificate],
    verifySignature,
  });

const extended = (extensions: ExtensionsTemplate): Wish => ({ extensions });

test("an answer that is what was asked for has no fault, whatever else a CA likes to add", () => {
  assert.deepEqual(faultsOf(answer()), []);
  // Many repeat the common name among the names, and none has to write usages.
  assert.deepEqual(faultsOf(answer({ names: [...names, "system:node:master-1"] })), []);
  const more = [purpose.serverAuth, purpose.clientAuth, purpose.codeSigning];
  assert.deepEqual(faultsOf(answer(extended({ extendedKeyUsage: more }))), []);
});

const stranger = ca("CN=Corporate Cluster CA", { issuer: root });
const wrong: readonly (readonly [rule: string, field: string, Entity])[] = [
  [
    "other-key",
    "public key",
    answer({ key: keyMaker.generate({ algorithm: "ec", curve: "P-256" }) }),
  ],
  ["other-subject", "subject", answer({ subject: "O=system:masters,CN=system:node:master-1" })],
  ["names-missing", "subject alternative names", answer({ names: ["master-1"] })],
  ["names-added", "subject alternative names", answer({ names: [...names, "other.example"] })],
  [
    "other-usages",
    "extended key usage",
    answer(extended({ extendedKeyUsage: [purpose.serverAuth] })),
  ],
  ["other-usages", "key usage", answer(extended({ keyUsage: ["keyEncipherment"] }))],
  ["is-a-ca", "basic constraints", answer(extended({ basicConstraints: { ca: true } }))],
  ["other-issuer", "issuer", answer({ by: root })],
  // The same name and another key.
  ["other-issuer", "issuer", answer({ by: stranger })],
  ["not-valid", "validity", answer({ notBefore: now + day })],
  ["not-valid", "validity", answer({ notBefore: now - 9 * day, notAfter: now - day })],
  ["too-short", "validity", answer({ notAfter: now + day })],
];

for (const [index, [rule, field, one]] of wrong.entries()) {
  test(`${rule} is told with its field and a cure (${index + 1})`, () => {
    const faults = faultsOf(one);
    const found = faults.find((fault) => fault.rule === rule);
    assert.ok(found !== undefined, faults.map((fault) => fault.rule).join(" "));
    assert.ok(found.text.startsWith(`${field}: `), found.text);
    assert.notEqual(found.cure, "");
  });
}

test("a CA that may not sign for servers, or for these names, is found out by its path", () => {
  const clientsOnly = ca("CN=Corporate Cluster CA", {
    issuer: root,
    extensions: { extendedKeyUsage: [purpose.clientAuth] },
  });
  const { certificate } = answer({ by: clientsOnly });
  const faults = checkLeafAnswer(asked.certificate, certificate, {
    now,
    lastingUntil: now + 2 * day,
    above: [clientsOnly.certificate, root.certificate],
    verifySignature,
  });
  assert.deepEqual(
    faults.map(({ rule }) => rule),
    ["does-not-verify"],
  );
});

test("everything that is wrong is told at once", () => {
  const bad = answer({ subject: "CN=other", names: ["other"], notAfter: now + day });
  assert.deepEqual(
    faultsOf(bad)
      .map(({ rule }) => rule)
      .toSorted(),
    ["names-added", "names-missing", "other-subject", "too-short"],
  );
});
