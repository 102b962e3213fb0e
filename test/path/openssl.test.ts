import assert from "node:assert/strict";
import { test } from "node:test";
import { purpose } from "../../src/core/x509/oids.ts";
import { goProgram } from "../go/build.ts";
import { leaveOut } from "../left-out.ts";
import { assertAgreement, type Outcome, type Ran } from "../vectors/exceptions.ts";
import { askOpenssl, opensslVersion } from "./ask-openssl.ts";
import { namedQuestion } from "./named-question.ts";
import { oldFixtures } from "./old-fixtures.ts";
import { answer, askGo, type Question } from "./question.ts";
import { wildcards } from "./wildcards.ts";
import { ca, day, issue, leaf, now, type Entity } from "./workshop.ts";
import { worlds } from "./worlds.ts";

const version = opensslVersion();
const absent = "OpenSSL 3 is not on this machine; it is the package openssl of Debian and others";
const program = goProgram("verify");

const root = ca("CN=root");
const inter = ca("CN=inter", { issuer: root });
const host = "node.example.com";

const question = (
  id: string,
  subject: Entity,
  intermediates: readonly Entity[],
  anchors: readonly Entity[],
  more: Partial<Question> = {},
): Question => ({
  id,
  leaf: subject.certificate.der,
  intermediates: intermediates.map((one) => one.certificate.der),
  anchors: anchors.map((one) => one.certificate.der),
  at: now,
  name: host,
  usages: ["serverAuth"],
  ...more,
});

const chain = (id: string, ...made: [leaf: Entity, ...issuers: Entity[]]): Question => {
  const [subject, ...issuers] = made;
  return question(id, subject, issuers.slice(0, -1), issuers.slice(-1));
};

const twin = (): Question => {
  const ski = { subjectKeyIdentifier: root.certificate.subjectKeyIdentifier! };
  const same = issue({
    subject: "CN=root",
    issuer: root,
    extensions: { ...ski, basicConstraints: { ca: true }, keyUsage: ["keyCertSign"] },
  });
  const below = issue({
    subject: "CN=x",
    issuer: same,
    extensions: { subjectAltName: [{ kind: "dns", value: host }] },
  });
  return chain(
    "an intermediate has its root's name and no authority key identifier",
    below,
    same,
    root,
  );
};

/** What operators meet where the two differ, and what they do not: the question, Go's verdict, OpenSSL's verdict. */
const rows = (): readonly (readonly [Question, go: Outcome, openssl: Outcome])[] => {
  const old = oldFixtures();
  const oldName = "old.example.com";
  const today = Date.now();
  const server = leaf([host], inter);
  const bare = issue({ subject: "CN=bare" });
  const signing = issue({ subject: "CN=signing", extensions: { keyUsage: ["keyCertSign"] } });
  const mute = ca("CN=mute", { extensions: { keyUsage: ["cRLSign"] } });
  const expired = ca("CN=expired", { notAfter: now - day });
  const clients = ca("CN=clients", {
    issuer: root,
    extensions: { extendedKeyUsage: [purpose.clientAuth] },
  });
  const ofOld = (id: string, made: Uint8Array, anchor: Uint8Array): Question => ({
    id,
    leaf: made,
    intermediates: [],
    anchors: [anchor],
    at: today,
    name: oldName,
    usages: ["serverAuth"],
  });
  return [
    [chain("a chain as it should be", server, inter, root), "accept", "accept"],
    [
      question("an intermediate is trusted, its root is not", server, [], [inter]),
      "accept",
      "reject",
    ],
    [chain("the root has no basic constraints", leaf([host], bare), bare), "reject", "reject"],
    [
      chain(
        "the root has a key usage for signing and no basic constraints",
        leaf([host], signing),
        signing,
      ),
      "reject",
      "accept",
    ],
    [chain("the root's key usage lacks keyCertSign", leaf([host], mute), mute), "reject", "reject"],
    [ofOld("the root is of version 1", old.version1Leaf, old.version1Root), "accept", "accept"],
    [
      question(
        "the chain is sent twice and in disorder",
        server,
        [root, inter, root, inter],
        [root],
      ),
      "accept",
      "accept",
    ],
    [twin(), "accept", "reject"],
    [chain("the root has expired", leaf([host], expired), expired), "reject", "reject"],
    [
      chain(
        "the name is in the common name only",
        leaf([], inter, { subject: `CN=${host}` }),
        inter,
        root,
      ),
      "reject",
      "accept",
    ],
    [
      {
        ...chain(
          "an address is in the common name only",
          leaf([], inter, { subject: "CN=10.0.0.1" }),
          inter,
          root,
        ),
        name: "10.0.0.1",
      },
      "reject",
      "reject",
    ],
    [
      chain("a wildcard is part of a label", leaf(["nod*.example.com"], inter), inter, root),
      "reject",
      "accept",
    ],
    [
      chain("the name in the certificate ends in a dot", leaf([`${host}.`], inter), inter, root),
      "reject",
      "reject",
    ],
    [
      { ...chain("the wanted name ends in a dot", server, inter, root), name: `${host}.` },
      "accept",
      "reject",
    ],
    [chain("a CA is for clients only", leaf([host], clients), clients, root), "reject", "reject"],
    [
      chain(
        "the leaf's key usage is nonRepudiation only",
        leaf([host], inter, { extensions: { keyUsage: ["contentCommitment"] } }),
        inter,
        root,
      ),
      "accept",
      "reject",
    ],
    [
      chain(
        "the leaf is for any usage by its word",
        leaf([host], inter, { extensions: { extendedKeyUsage: [purpose.any] } }),
        inter,
        root,
      ),
      "accept",
      "reject",
    ],
    [
      chain("the leaf ends this second", leaf([host], inter, { notAfter: now }), inter, root),
      "accept",
      "reject",
    ],
    [ofOld("the leaf is signed with SHA-1", old.sha1Leaf, old.root), "reject", "reject"],
    [ofOld("the leaf's key is RSA of 1024 bits", old.rsa1024Leaf, old.root), "accept", "reject"],
  ];
};

const outcome = (ok: boolean): Outcome => (ok ? "accept" : "reject");

test("where Go and OpenSSL differ, each profile says what its verifier says", (t) => {
  if (version === undefined) return leaveOut(t, absent);
  if ("missing" in program) return leaveOut(t, program.missing);
  const table = rows();
  const go = askGo(
    program.path,
    table.map(([one]) => one),
  );
  const said = table.map(([one], i) => ({
    id: one.id,
    go: outcome(go[i]!.ok),
    openssl: outcome(askOpenssl(one).ok),
    ours: { go: answer(one, "go").outcome, openssl: answer(one, "openssl").outcome },
  }));
  return assert.deepEqual(
    said,
    table.map(([{ id }, goSays, opensslSays]) => ({
      id,
      go: goSays,
      openssl: opensslSays,
      ours: { go: goSays, openssl: opensslSays },
    })),
  );
});

test("OpenSSL says to each wildcard what the table says it does", (t) => {
  if (version === undefined) return leaveOut(t, absent);
  return assert.deepEqual(
    wildcards.map(
      ([presented, wanted]) =>
        `${presented} for ${wanted} ${askOpenssl(namedQuestion(presented, wanted)).ok}`,
    ),
    wildcards.map(([presented, wanted, , openssl]) => `${presented} for ${wanted} ${openssl}`),
  );
});

/** A process for each; 20 ms with its files. */
const rounds = Number(process.env["CERTWRIGHT_ROUNDS"] ?? 300);
const seed = Number(process.env["CERTWRIGHT_SEED"] ?? 20261123);

test("the profile openssl says what OpenSSL says to small worlds of CAs that sign each other at random", (t) => {
  if (version === undefined) return leaveOut(t, absent);
  const ran = worlds(rounds, seed).map((world): Ran => {
    const one = { ...world, usages: world.usages.slice(0, 1) };
    const theirs = askOpenssl(one);
    const ours = answer(one, "openssl");
    return {
      id: one.id.replace("go/", "openssl/"),
      expected: outcome(theirs.ok),
      actual: ours.outcome,
      why: ours.outcome === "accept" ? theirs.error : `we: ${ours.why}`,
    };
  });
  assertAgreement(ran);
  const accepts = ran.filter((one) => one.expected === "accept").length;
  return assert.ok(accepts > rounds / 50, `${accepts} of ${ran.length} accepted`);
});
