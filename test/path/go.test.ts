import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { LimboCase } from "../../tools/limbo/case.ts";
import { readCases } from "../../tools/limbo/read-cases.ts";
import { goProgram } from "../go/build.ts";
import { leaveOut } from "../left-out.ts";
import { assertAgreement, type Ran } from "../vectors/exceptions.ts";
import { askGo, compareWithGo, type Question } from "./question.ts";
import { limboFile, pkitsCertificates, pkitsFolder, pkitsVectors } from "./suites.ts";
import { namedQuestion } from "./named-question.ts";
import { wildcards } from "./wildcards.ts";
import { worlds } from "./worlds.ts";

/** The same on every run; set another to look further. */
const seed = Number(process.env["CERTWRIGHT_SEED"] ?? 20261123);
const rounds = Number(process.env["CERTWRIGHT_ROUNDS"] ?? 1500);

const program = goProgram("verify");

const der = (pem: string): Uint8Array =>
  new Uint8Array(Buffer.from(pem.replaceAll(/-----[^-]+-----/g, ""), "base64"));

/** Where we refuse on purpose what Go lets pass; chance brings these up under ever new names. */
const stricterThanGo: readonly RegExp[] = [
  // Go passes over alternative names of a kind that does not exist.
  /^we: .* cannot be used: .* is no kind of name in subjectAltName/,
  // Go takes "a@" for a mailbox.
  /^we: .* has the name email "[^"]*@", which is no mailbox/,
];

const isSurprise = (one: Ran): boolean => !stricterThanGo.some((pattern) => pattern.test(one.why));

const accepts = (ran: readonly Ran[]): number =>
  ran.filter((one) => one.expected === "accept").length;

const limboQuestion = (one: LimboCase): Question => ({
  id: `go/${one.id}`,
  leaf: der(one.peer_certificate),
  intermediates: one.untrusted_intermediates.map(der),
  anchors: one.trusted_certs.map(der),
  at: one.validation_time ? Date.parse(one.validation_time) : Date.UTC(2026, 0, 1),
  ...(one.expected_peer_name ? { name: one.expected_peer_name.value } : {}),
  usages: [one.validation_kind === "SERVER" ? "serverAuth" : "clientAuth"],
});

const limboQuestions = (path: string): Question[] => readCases(path).map(limboQuestion);

/** The question with one octet of its first anchor changed. */
const withOctet = (question: Question, at: number, octet: number): Question => {
  const [first, ...rest] = question.anchors;
  const anchor = first!.slice();
  const offset = Math.floor(at * anchor.length);
  anchor[offset] = octet;
  return {
    ...question,
    id: `${question.id} octet ${offset} = ${octet}`,
    anchors: [anchor, ...rest],
  };
};

test("the profile go says what Go says to x509-limbo", (t) => {
  const file = limboFile();
  if ("missing" in program) return leaveOut(t, program.missing);
  if ("missing" in file) return leaveOut(t, file.missing);
  const ran = compareWithGo(program.path, limboQuestions(file.path));
  assertAgreement(ran);
  return assert.ok(accepts(ran) > 20);
});

test("the profile go says what Go says to NIST PKITS", (t) => {
  const folder = pkitsFolder();
  if ("missing" in program) return leaveOut(t, program.missing);
  if ("missing" in folder) return leaveOut(t, folder.missing);
  const ders = pkitsCertificates(folder.path);
  const questions = pkitsVectors(folder.path).map(({ Name, CertPath }): Question => {
    const path = CertPath.map((name) => ders.get(name)!);
    return {
      id: `go/pkits ${Name}`,
      leaf: path.at(-1)!,
      intermediates: path.slice(1, -1),
      anchors: path.slice(0, 1),
      at: Date.UTC(2020, 0, 1),
      usages: ["any"],
    };
  });
  const ran = compareWithGo(program.path, questions);
  assertAgreement(ran);
  return assert.ok(accepts(ran) > 100);
});

test("the profile go says what Go says to anchors with one octet changed, which no signature protects", (t) => {
  const file = limboFile();
  if ("missing" in program) return leaveOut(t, program.missing);
  if ("missing" in file) return leaveOut(t, file.missing);
  const good = readCases(file.path)
    .map((one, i) => (one.expected_result === "SUCCESS" ? i : -1))
    .filter((i) => i >= 0);
  const bases = limboQuestions(file.path);
  const changes = fc.sample(
    fc.record({
      base: fc.constantFrom(...good),
      at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      octet: fc.integer({ min: 0, max: 255 }),
    }),
    { numRuns: rounds, seed },
  );
  const questions = changes.map(({ base, at, octet }) => withOctet(bases[base]!, at, octet));
  const ran = compareWithGo(program.path, questions);
  assertAgreement(ran.filter(isSurprise));
  return assert.ok(accepts(ran) > rounds / 20, `${accepts(ran)} of ${ran.length} accepted`);
});

test("the profile go says what Go says to small worlds of CAs that sign each other at random", (t) => {
  if ("missing" in program) return leaveOut(t, program.missing);
  const ran = compareWithGo(program.path, worlds(rounds, seed));
  assertAgreement(ran.filter(isSurprise));
  return assert.ok(accepts(ran) > rounds / 50, `${accepts(ran)} of ${ran.length} accepted`);
});

test("Go says to each wildcard what the table says it does", (t) => {
  if ("missing" in program) return leaveOut(t, program.missing);
  const questions = wildcards.map(([presented, wanted]) => namedQuestion(presented, wanted));
  const answers = askGo(program.path, questions);
  return assert.deepEqual(
    answers.map(({ ok }, i) => `${questions[i]!.id} ${ok}`),
    wildcards.map(([presented, wanted, go]) => `${presented} for ${wanted} ${go}`),
  );
});
