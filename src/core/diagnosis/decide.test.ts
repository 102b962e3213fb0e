import assert from "node:assert/strict";
import { test } from "node:test";
import type { Case } from "./case.ts";
import { decide, decideCase } from "./decide.ts";
import { commandLinePlaces } from "./endpoint.ts";
import type { Fault } from "./fault.ts";
import { exitOf, verdictData } from "./verdict.ts";

const fault = (
  id: Fault["id"],
  { certainty = "proved", ...rest }: Partial<Fault> & { certainty?: "proved" | "possible" } = {},
): Fault => ({
  id,
  title: id,
  side: "server",
  severity: "fault",
  stage: "trust",
  cites: [],
  explain: "",
  detect: () => ({
    text: `it is ${id}`,
    subject: "x",
    certainty,
    evidence: [],
    breaks: "all",
    fix: [],
  }),
  ...rest,
});

const quiet = (host = "a"): Case => ({
  now: 0,
  target: { word: host, kind: "files" },
  machine: { uid: 0, hostname: "here", addresses: [] },
  configs: [],
  files: [{ name: "f", role: "other", named: { file: "command line" }, material: empty }],
  log: [],
  blind: [],
  client: { insecure: false, who: "the client", places: commandLinePlaces },
  clock: { ours: 0 },
  siblings: [],
  nearby: [],
  verify: () => assert.fail("nothing is verified here"),
});

const empty = {
  certificates: [],
  requests: [],
  revocationLists: [],
  privateKeys: [],
  publicKeys: [],
  faults: [],
};

test("the fault at the earlier stage is named, the later one remains", () => {
  const late = fault("client.expired", { stage: "client-certificate" });
  const early = fault("file.missing", { stage: "file" });
  const { finding, also } = decideCase(quiet(), [late, early]);
  assert.equal(finding?.fault, "file.missing");
  assert.deepEqual(
    also.map((one) => one.fault),
    ["client.expired"],
  );
});

test("a finding that another one explains is not told", () => {
  const reason = fault("etcd.peer-port", { explains: ["trust.unknown-ca"], stage: "advice" });
  const { finding, also } = decideCase(quiet(), [fault("trust.unknown-ca"), reason]);
  assert.equal(finding?.fault, "etcd.peer-port");
  assert.deepEqual(also, []);
});

test("what is only possible explains nothing that is proved, and is told after it", () => {
  const guess = fault("net.tls-intercepted", {
    explains: ["trust.unknown-ca"],
    stage: "file",
    certainty: "possible",
  });
  const { finding, also } = decideCase(quiet(), [guess, fault("trust.unknown-ca")]);
  assert.equal(finding?.fault, "trust.unknown-ca");
  assert.equal(also[0]?.fault, "net.tls-intercepted");
});

test("a warning is named when nothing is worse, mere information never", () => {
  const warning = fault("trust.chain-order", { severity: "warning" });
  const info = fault("client.unused", { severity: "info", stage: "file" });
  assert.equal(decideCase(quiet(), [info, warning]).finding?.fault, "trust.chain-order");
  const healthy = decide([quiet()], [info]);
  assert.equal(healthy.outcome, "ok");
  assert.equal(exitOf(healthy), 0);
  assert.equal(verdictData(healthy).also[0]?.fault, "client.unused");
});

test("of several endpoints the failing one is the verdict, with what they have in common", () => {
  const one = fault("client.expired", {
    detect: (seen) => (seen.target.word === "b" ? fault("client.expired").detect(seen) : undefined),
  });
  const verdict = decide([quiet("a"), quiet("b"), quiet("c")], [one]);
  assert.equal(verdict.of, "b");
  assert.deepEqual(
    verdict.elsewhere.map(({ of, outcome }) => `${of} ${outcome}`),
    ["a ok", "c ok"],
  );
  assert.equal(verdict.pattern, "b only; 2 others are healthy");
  assert.equal(exitOf(verdict), 1);
});

test("what could not be read makes silence inconclusive", () => {
  const verdict = decide([{ ...quiet(), blind: ["x.yaml is no YAML"] }], []);
  assert.equal(verdict.outcome, "inconclusive");
  assert.equal(exitOf(verdict), 3);
  assert.match(verdictData(verdict).fix, /x\.yaml is no YAML/);
});

test("a file that cannot be used is never called healthy, even when no fault names it", () => {
  const file = {
    ...quiet().files[0]!,
    error: { code: "file.not-regular", message: "f: is a FIFO", hint: undefined },
  };
  const verdict = decide([{ ...quiet(), files: [file] }], []);
  assert.equal(verdict.outcome, "inconclusive");
  assert.deepEqual(verdict.missing, ["f: is a FIFO"]);
});
