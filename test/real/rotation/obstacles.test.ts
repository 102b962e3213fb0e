/** What gets into the way of a rotation: it waits, refuses or heals, and says so; nobody notices. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { appendFileSync, copyFileSync, cpSync, readFileSync } from "node:fs";
import test from "node:test";
import { pause } from "../../../tools/etcd-load/failover.ts";
import { etcdPrograms, succeeded } from "../etcd-workbench.ts";
import { phaseOf, type RunningApply } from "./certwright-run.ts";
import { agreed, goOn, lastEvents, plan, planFile, reached, run } from "./rotate.ts";
import { assertUnharmed, inScene, knownClients, type Scene } from "./scene.ts";
import { filesWith, tlsFiles, trusted } from "./traces.ts";

const endsWith = async (running: RunningApply, expected: number, words: RegExp): Promise<void> => {
  const { code, stderr } = await running.ended;
  const all = `${stderr}\n${lastEvents(running)}`;
  assert.equal(code, expected, all);
  assert.match(all, words);
};

/** Two people at once; a member that is away while others are restarted; a plan that was carried out already. */
const twoAtOnceAndOneAway = async (scene: Scene): Promise<void> => {
  const oldCas = trusted(tlsFiles(scene.folder));
  await plan(scene, "--protocol", "bundle");
  const load = await scene.load();
  let others: readonly RunningApply[] | undefined;
  const first = run(scene, ["apply", planFile, ...agreed], {
    load,
    onEvent: ({ event }, { kill }) => {
      if (event?.kind !== "step.settled" || others !== undefined) return;
      others = [run(scene, ["apply", planFile, ...agreed]), run(scene, ["resume", ...goOn])];
      void Promise.all(others.map(({ ended }) => ended)).then(() => kill("SIGINT"));
    },
  });
  await endsWith(first, 130, /certwright resume/);
  const [again, beside] = others!;
  await endsWith(again!, 1, /nothing was changed/);
  await endsWith(beside!, 1, /process \d+ on /);

  const away = scene.cluster.members[2]!.name;
  let stopped: Promise<void> | undefined;
  const waiting = run(scene, ["resume", ...goOn, "--wait", "3s"], {
    load,
    onEvent: ({ event }) => {
      if (phaseOf(event?.step ?? "") === "trust") stopped ??= scene.running.serve("stop", away);
    },
  });
  await endsWith(waiting, 3, new RegExp(away));
  await stopped;
  await endsWith(run(scene, ["resume", ...goOn, "--wait", "3s"], { load }), 3, new RegExp(away));
  // Nothing was dropped: who comes back still finds somebody to trust.
  for (const file of tlsFiles(scene.folder).filter((one) => one.endsWith("-ca.crt"))) {
    assert.deepEqual(filesWith([file], oldCas), [file]);
  }
  await scene.running.serve("start", away);
  await reached(run(scene, ["resume", ...goOn], { load }));
  assertUnharmed(await load.stop());
  assert.deepEqual(filesWith(tlsFiles(scene.folder), oldCas), []);

  await endsWith(run(scene, ["apply", planFile, ...agreed]), 1, /plan/);
};

const expiryDeadline = 60_000;

/** A leaf that ended while nobody looked: the plan begins with it. */
const oneExpired = async (scene: Scene): Promise<void> => {
  const [, member] = scene.cluster.members;
  const pki = `run/${member!.name}/pki`;
  succeeded(
    await scene.certwright(
      "issue", "--issuer", scene.cluster.issuers.server, "--profile", "etcd-server",
      "--cn", member!.name, "--dns", "localhost", "--ip", "127.0.0.1", "--ip", "::1",
      "--ttl", "15s", "--out", "short", "--name", "server",
    ),
  ); // prettier-ignore
  copyFileSync(scene.path("short/server.key"), scene.path(pki, "server.key"));
  copyFileSync(scene.path("short/server.crt"), scene.path(pki, "server.crt"));
  const leaf = new X509Certificate(readFileSync(scene.path("short/server.crt")));
  const end = Date.now() + expiryDeadline;
  while (Date.now() <= leaf.validToDate.getTime()) {
    assert.ok(Date.now() < end, `it lasts until ${leaf.validTo}`);
    await pause(200);
  }
  await plan(scene, "--protocol", "cross-signed");
  const { phases } = JSON.parse(scene.read(planFile)) as { phases: readonly { id: string }[] };
  assert.deepEqual(
    phases.map(({ id }) => id),
    ["preflight", "heal", "stage", "switch", "drop"],
  );
  const running = await reached(run(scene, ["apply", planFile, ...agreed]));
  assert.ok(running.events.some(({ event }) => phaseOf(event?.step ?? "") === "heal"));
  const { code, checks } = await scene.check();
  assert.equal(code, 0, JSON.stringify(checks.filter(({ verdict }) => verdict !== "pass")));
};

/** A program that read the old CA when it started, and that nobody can restart from here. */
const onePinned = async (scene: Scene): Promise<void> => {
  cpSync(scene.path("clients/app"), scene.path("pinned"), { recursive: true });
  appendFileSync(
    scene.path("certwright.yaml"),
    `  clients:
    pinned: { user: app, reload: start, certificate: pinned/client.crt, key: pinned/client.key, trust: pinned/server-ca.crt }
`,
  );
  await plan(scene, "--protocol", "bundle");
  await endsWith(run(scene, ["apply", planFile, "--yes"]), 3, /client\/pinned/);
  await reached(run(scene, ["rollback", "--yes"]));
};

test("two applies at once, a member that is away, an old plan, an expired leaf, a pinned client: each is seen and named", async (t) => {
  const programs = etcdPrograms(t, "etcd");
  if (programs === undefined) return;
  await inScene(
    t,
    programs,
    async (scene) => {
      await scene.step(
        "of two applies one is refused; a member away makes it wait; an old plan is refused",
        () => twoAtOnceAndOneAway(scene),
      );
      await scene.step("an expired leaf is healed first", () => oneExpired(scene));
      await scene.step("a client that is pinned to the old CA is named, and the run pauses", () =>
        onePinned(scene),
      );
    },
    knownClients,
  );
});
