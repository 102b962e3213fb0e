/** What an external CA may answer to a request for a CA's certificate, and each thing that it may get wrong. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { keyMaker } from "../../src/adapters/crypto/node-keys.ts";
import { verifySignature } from "../../src/adapters/crypto/node-verify.ts";
import { checkAnswer, type AnswerFault } from "../../src/core/issuance/check-answer.ts";
import type { SigningRequest } from "../../src/core/model/signing-request.ts";
import { purpose } from "../../src/core/x509/oids.ts";
import { ca, day, leaf, now, type Entity, type Wish } from "../path/workshop.ts";

const name = "CN=kubernetes g2";
const key = keyMaker.generate({ algorithm: "ec", curve: "P-256" });
const root = ca("CN=Corporate Root");
const middle = ca("CN=Corporate Infrastructure", { issuer: root });

/** What a CA made of the request for {@link key}, but for what the wish says. */
const answer = (wish: Omit<Wish, "subject"> & { readonly subject?: string } = {}): Entity => {
  const { subject = name, ...more } = wish;
  return ca(subject, { key, issuer: middle, ...more });
};
const good = answer();

/** The request asks for that key and subject. */
const request = {
  publicKey: good.certificate.publicKey,
  subject: good.certificate.subject,
} as SigningRequest;

const judge = (entities: readonly Entity[], wantedRoot = root) =>
  checkAnswer(
    request,
    entities.map(({ certificate }) => certificate),
    {
      now,
      lastingUntil: now + 2 * day,
      root: wantedRoot.certificate.fingerprint,
      verifySignature,
    },
  );

const faultsOf = (entities: readonly Entity[], wantedRoot?: Entity): readonly AnswerFault[] => {
  const verdict = judge(entities, wantedRoot);
  return verdict.ok ? [] : verdict.faults;
};

const rules = (entities: readonly Entity[], wantedRoot?: Entity): readonly string[] =>
  faultsOf(entities, wantedRoot).map(({ rule }) => rule);

test("an answer is taken with what is above it, in whatever order, nearest first", () => {
  for (const given of [
    [good, middle, root],
    [root, good, middle],
  ]) {
    const verdict = judge(given);
    assert.ok(verdict.ok, JSON.stringify(verdict));
    assert.equal(verdict.certificate, good.certificate);
    assert.deepEqual(verdict.chain, [middle.certificate, root.certificate]);
  }
});

test("of two answers to one request the newer one counts", () => {
  const newer = answer({ notBefore: now - day });
  const verdict = judge([good, newer, middle, root]);
  assert.ok(verdict.ok);
  assert.equal(verdict.certificate, newer.certificate);
});

test("a certificate for another key is not the answer, and its key is named", () => {
  const other = ca(name, { issuer: middle });
  const [fault, ...more] = faultsOf([other, middle, root]);
  assert.deepEqual(more, []);
  assert.equal(fault!.rule, "other-key");
  assert.ok(fault!.text.includes(other.certificate.publicKey.id.slice(0, 16)), fault!.text);
  assert.ok(fault!.text.includes(good.certificate.publicKey.id.slice(0, 16)), fault!.text);
  assert.match(faultsOf([root])[0]!.text, /^none of CN=Corporate Root is for the key/);
});

test("each thing that an external CA may get wrong has its rule", () => {
  const wrong: readonly (readonly [string, Entity])[] = [
    ["other-name", answer({ subject: "CN=kubernetes" })],
    ["not-a-ca", answer({ extensions: { keyUsage: ["digitalSignature"] } })],
    ["other-usages", answer({ extensions: { extendedKeyUsage: [purpose.serverAuth] } })],
    ["not-valid", answer({ notBefore: now - 9 * day, notAfter: now - day })],
    ["not-valid", answer({ notBefore: now + day })],
    ["too-short", answer({ notAfter: now + day })],
    [
      "does-not-verify",
      answer({
        issuer: { ...middle, key: keyMaker.generate({ algorithm: "ec", curve: "P-256" }) },
      }),
    ],
  ];
  for (const [rule, one] of wrong) {
    const faults = faultsOf([one, middle, root]);
    assert.ok(
      faults.some((fault) => fault.rule === rule),
      `${rule}: ${faults.map((fault) => fault.rule).join(" ")}`,
    );
    for (const { text, cure } of faults) assert.ok(text !== "" && cure !== "");
  }
  // No CA at all, as a CA makes it that knows servers only.
  const server = leaf(["kubernetes"], middle, { key, subject: name });
  assert.ok(rules([server, middle, root]).includes("not-a-ca"));
});

test("what stands above is held to the same", () => {
  const below = (wish: Omit<Wish, "subject">): readonly string[] => {
    const issuer = ca("CN=Corporate Infrastructure", { issuer: root, ...wish });
    return rules([answer({ issuer }), issuer, root]);
  };
  assert.deepEqual(below({}), []);
  // RFC 5280 section 4.2.1.9: the answer itself counts, for it stands between this CA and leaves.
  const bounded = (pathLength: number) => ({
    extensions: { basicConstraints: { ca: true, pathLength } },
  });
  assert.deepEqual(below(bounded(1)), []);
  assert.ok(below(bounded(0)).includes("no-room"));
  assert.ok(
    below({ extensions: { extendedKeyUsage: [purpose.clientAuth] } }).includes("other-usages"),
  );
  assert.ok(below({ notAfter: now + day }).includes("too-short"));
});

test("without all that is above it, or below another root, it is no answer", () => {
  assert.deepEqual(rules([good, root]), ["no-root"]);
  assert.match(faultsOf([good])[0]!.text, /missing: CN=Corporate Infrastructure$/);
  assert.deepEqual(rules([good, middle, root], ca("CN=Corporate Root")), ["other-root"]);
});

test("everything that is wrong is told at once", () => {
  const bad = answer({ subject: "CN=other", notAfter: now + day });
  assert.deepEqual(rules([bad, middle, root]).toSorted(), ["other-name", "too-short"]);
});
