/** The CAs of a real etcd cluster are gone with their keys, and so is every file that they signed. */
import assert from "node:assert/strict";
import { globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { succeeded } from "../../etcd-workbench.ts";
import { goOn, lastEvents, run } from "../../rotation/rotate.ts";
import type { Scene } from "../../rotation/scene.ts";
import { dataOf, inDeadCluster, planOnly, stopAll, works, type Data } from "./dead-cluster.ts";

const crashHook = fileURLToPath(new URL("../../rotation/crash-hook.ts", import.meta.url));

/** What certwright and the members had of it. */
const loseEverything = async (scene: Scene): Promise<void> => {
  await stopAll(scene);
  rmSync(scene.path("certwright-pki"), { recursive: true });
  for (const { certificateDirectory } of scene.cluster.members)
    rmSync(certificateDirectory, { recursive: true });
};

const assertBack = async (scene: Scene, before: Data): Promise<void> => {
  assert.equal(await works(scene), true);
  assert.deepEqual(await dataOf(scene, before.revision), before);
  const again = await planOnly(scene);
  assert.deepEqual([again.code, again.printed.verdict.case], [0, "sound"]);
  const { code, checks } = await scene.check();
  assert.equal(code, 0, JSON.stringify(checks.filter(({ verdict }) => verdict !== "pass")));
};

test("an etcd cluster whose CAs and certificates are all gone is back with new ones, with the data it had", async (t) => {
  await inDeadCluster(t, async (scene, before) => {
    await loseEverything(scene);
    const looked = await planOnly(scene);
    assert.equal(looked.code, 1);
    assert.equal(looked.printed.verdict.case, "ca-lost", JSON.stringify(looked.printed));
    assert.equal(looked.printed.lost.length, 3);
    assert.match(looked.printed.interruptions[0]!.what, /does not work now/);

    const recovered = await scene.certwright("recover", "--yes");
    t.diagnostic(recovered.stdout);
    succeeded(recovered);
    await assertBack(scene, before);
    const copies = globSync("run/etcd-1/certwright/before-recovery-*/SHA256SUMS", {
      cwd: scene.folder,
    });
    assert.equal(copies.length, 1);
    assert.match(scene.read(copies[0]!), /etcd-3\/data\/member\/snap\/db\n/);
  });
});

test("killed after records of its journal, the recovery is gone on with and ends in the same place", async (t) => {
  await inDeadCluster(t, async (scene, before) => {
    await loseEverything(scene);
    const seen = scene.path("crash-seen");
    writeFileSync(seen, "");
    const options = {
      node: ["--import", crashHook],
      env: { CRASH_SEEN: seen, CRASH_AT: "records" },
    };
    for (let kills = 0; ; kills++) {
      const begun = globSync("certwright-pki/runs/*/journal.jsonl", { cwd: scene.folder }).some(
        (journal) => scene.read(journal) !== "",
      );
      const running = run(scene, begun ? ["resume", ...goOn] : ["recover", "--yes"], options);
      const { code, stderr } = await running.ended;
      const places = readFileSync(seen, "utf8").split("\n").filter(Boolean);
      if (code === 0 || places.at(-1)?.startsWith("run.closed") === true) {
        t.diagnostic(`killed ${kills} times`);
        assert.ok(kills >= 8, `killed only ${kills} times`);
        break;
      }
      assert.equal(code, "SIGKILL", `${stderr}\n${lastEvents(running)}`);
      assert.ok(kills < 40, places.join("\n"));
    }
    await assertBack(scene, before);
  });
});
