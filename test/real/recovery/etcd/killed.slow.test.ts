/** A recovery of an etcd cluster is killed with kill -9 after each record of its journal, and goes on from there. */
import assert from "node:assert/strict";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { goOn, lastEvents, run } from "../../rotation/rotate.ts";
import { assertBack, inDeadCluster, loseEverything } from "./dead-cluster.ts";

const crashHook = fileURLToPath(new URL("../../rotation/crash-hook.ts", import.meta.url));
/** What is done to one member alike to another is one place. */
const killsMin = 8;
const killsMax = 40;

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
      // What ended the run was durable already: there is nothing to go on with.
      if (code === 0 || places.at(-1)?.startsWith("run.closed") === true) {
        t.diagnostic(`killed ${kills} times`);
        assert.ok(kills >= killsMin, `killed only ${kills} times`);
        break;
      }
      assert.equal(code, "SIGKILL", `${stderr}\n${lastEvents(running)}`);
      assert.ok(kills < killsMax, places.join("\n"));
    }
    await assertBack(scene, before);
  });
});
