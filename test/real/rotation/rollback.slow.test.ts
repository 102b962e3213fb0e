/** From every phase of a rotation there is a way back to the files as they were, under load. */
import assert from "node:assert/strict";
import test from "node:test";
import { etcdPrograms } from "../etcd-workbench.ts";
import { agreed, assertSameData, lastEvents, plan, planFile, reached, run } from "./rotate.ts";
import { phaseOf } from "./certwright-run.ts";
import { assertUnharmed, inScene, knownClients, type Scene } from "./scene.ts";
import { fileSet, tlsFiles } from "./traces.ts";

/** Applies until that phase has begun to change something, then Ctrl-C. */
const interruptIn = async (scene: Scene, phase: string): Promise<void> => {
  let asked = false;
  const running = run(scene, ["apply", planFile, ...agreed], {
    onEvent: ({ event }, { kill }) => {
      if (asked || event?.kind !== "step.settled" || phaseOf(event.step ?? "") !== phase) return;
      asked = true;
      kill("SIGINT");
    },
  });
  const { code, stderr } = await running.ended;
  assert.equal(code, 130, `${stderr}\n${lastEvents(running)}`);
  assert.match(stderr, /certwright resume/);
  assert.match(stderr, /certwright rollback/);
};

test("interrupted in any phase of a bundle rotation, everything goes back byte by byte, and nobody notices", async (t) => {
  const programs = etcdPrograms(t, "etcd");
  if (programs === undefined) return;
  await inScene(
    t,
    programs,
    async (scene) => {
      const before = fileSet(tlsFiles(scene.folder));
      const load = await scene.load();
      for (const phase of ["stage", "trust", "switch", "drop"]) {
        load.enter(`${phase}, rolled back`);
        await plan(scene, "--protocol", "bundle");
        await interruptIn(scene, phase);
        await reached(run(scene, ["rollback", ...agreed], { load }));
        assert.deepEqual(fileSet(tlsFiles(scene.folder)), before, `rolled back from ${phase}`);
      }
      assertUnharmed(await load.stop());
      await assertSameData(scene);
      const { code } = await scene.check();
      assert.equal(code, 0);
    },
    { extra: knownClients },
  );
});
