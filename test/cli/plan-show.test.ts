/** certwright plan show on plan files as they are, as they were altered, and as they are not. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { digests } from "../../src/adapters/crypto/node-digests.ts";
import type { Plan } from "../../src/core/model/plan.ts";
import { exampleCluster } from "../../src/core/plan/examples/cluster.ts";
import { planFor } from "../../src/core/plan/plan-for.ts";
import { mainFile, runProgram, type Outcome } from "./process.ts";

const folder = mkdtempSync(join(tmpdir(), "certwright-plan-show-"));
after(() => rmSync(folder, { recursive: true }));

const planAt = (now: number): Plan => {
  const inventory = exampleCluster({
    digests,
    now,
    members: 3,
    issuers: "shared",
    clients: [{ name: "root", reload: "handshake", service: "none" }],
    clientsComplete: true,
  });
  const planned = planFor({ kind: "rotate", issuers: ["etcd-ca"] }, inventory, { now, digests });
  assert.ok(planned.ok);
  return planned.plan;
};

const plan = planAt(Date.now());

const show = (file: string, content: unknown, ...more: string[]): Promise<Outcome> => {
  const path = join(folder, file);
  writeFileSync(
    path,
    typeof content === "string" ? content : JSON.stringify(content, undefined, 1),
  );
  const args = [mainFile, "plan", "show", path, ...more];
  return runProgram(process.execPath, args, { cwd: folder, env: {}, deadline: 60_000 });
};

test("a plan is explained in words, drawn, and given as it stands", async () => {
  const [text, graph, json] = await Promise.all([
    show("a.json", plan),
    show("b.json", plan, "-o", "graph"),
    show("c.json", plan, "-o", "json"),
  ]);
  assert.deepEqual([text.code, graph.code, json.code], [0, 0, 0]);
  assert.match(text.stdout, /^rotate etcd-ca \(cross-signed\)\n/);
  assert.match(text.stdout, /3 restarts of 3 consumers/);
  assert.match(graph.stdout, /^digraph plan \{\n/);
  assert.deepEqual(JSON.parse(json.stdout), plan);
  assert.equal(text.stderr, "");
});

test("a plan in which one word was changed is refused", async () => {
  const altered = JSON.stringify(plan).replace("Restart etcd-2", "Restart etcd-9");
  assert.notEqual(altered, JSON.stringify(plan));
  const { code, stderr, stdout } = await show("altered.json", altered);
  assert.equal(code, 1);
  assert.equal(stdout, "");
  assert.match(stderr, /its digest does not fit/);
});

test("what is no plan, and a plan of another format, are told apart", async () => {
  const [none, text, later] = await Promise.all([
    show("none.json", { kind: "List" }),
    show("text.json", "-----BEGIN CERTIFICATE-----\n"),
    show("later.json", { ...plan, format: "certwright.plan/2" }),
  ]);
  assert.deepEqual([none.code, text.code, later.code], [2, 2, 2]);
  assert.match(none.stderr, /holds no plan/);
  assert.match(text.stderr, /holds no plan/);
  assert.match(
    later.stderr,
    /holds a certwright\.plan\/2, and this certwright reads certwright\.plan\/1/,
  );
});

test("a plan whose time is over is still explained, with a warning", async () => {
  const { code, stdout, stderr } = await show("old.json", planAt(Date.now() - 3 * 86_400_000));
  assert.equal(code, 0);
  assert.match(stdout, /^rotate etcd-ca/);
  assert.match(stderr, /warning: it was good until .*: apply refuses it/);
});
