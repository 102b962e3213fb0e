/** What gets into the way of a rotation: it waits, refuses or heals, and says so; nobody notices. */
import assert from "node:assert/strict";
import { appendFileSync, copyFileSync, cpSync } from "node:fs";
import test, { type TestContext } from "node:test";
import { certwright } from "../../cli/process.ts";
import { etcdPrograms, succeeded, type Workbench } from "../etcd-workbench.ts";
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
  await endsWith(again!, 1, /run \S+ is not finished/);
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

const clockHook = new URL("./clock-hook.ts", import.meta.url).href;
const hour = 3_600_000;

/** certwright as it would have done it so long ago. */
const longAgo = async (bench: Workbench, hours: number, ...args: string[]): Promise<void> => {
  const shifted = { NODE_OPTIONS: `--import=${clockHook}`, CLOCK_SHIFT: `${-hours * hour}` };
  const env = { ...bench.env, ...shifted };
  succeeded(await certwright(args, { cwd: bench.folder, env, deadline: 60_000 }));
};

/** A leaf that ended while nobody looked: the plan begins with it. */
const oneExpired = async (scene: Scene): Promise<void> => {
  const [, member] = scene.cluster.members;
  const pki = `run/${member!.name}/pki`;
  await longAgo(
    scene, 3, "issue", "--issuer", scene.cluster.issuers.server, "--profile", "etcd-server",
    "--cn", member!.name, "--dns", "localhost", "--ip", "127.0.0.1", "--ip", "::1",
    "--ttl", "2h", "--out", "short", "--name", "server",
  ); // prettier-ignore
  copyFileSync(scene.path("short/server.key"), scene.path(pki, "server.key"));
  copyFileSync(scene.path("short/server.crt"), scene.path(pki, "server.crt"));
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
  // Its owner's word is taken only once there is something to restart it for, on the way back too.
  await endsWith(run(scene, ["rollback", ...agreed]), 3, /client\/pinned/);
  await reached(run(scene, ["resume", "--approve", "undo.trust.ask.client/pinned"]));
};

const withEtcd = async (
  t: TestContext,
  body: (scene: Scene) => Promise<void>,
  initialise?: (bench: Workbench) => Promise<void>,
): Promise<void> => {
  const programs = etcdPrograms(t, "etcd");
  if (programs !== undefined) await inScene(t, programs, body, { extra: knownClients, initialise });
};

test("two applies at once, a member that is away, an old plan, a pinned client: each is seen and named", async (t) => {
  await withEtcd(t, async (scene) => {
    await twoAtOnceAndOneAway(scene);
    await onePinned(scene);
  });
});

test("an expired leaf is healed first", async (t) => {
  await withEtcd(t, oneExpired, (bench) => longAgo(bench, 5, "etcd", "init", "--in-place"));
});
