/** certwright is killed with kill -9 at every place of a rotation, one after the other, and each time goes on from there. */
import assert from "node:assert/strict";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import test, { type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { etcdPrograms } from "../etcd-workbench.ts";
import {
  agreed,
  assertSameData,
  goOn,
  keepOld,
  lastEvents,
  offers,
  plan,
  planFile,
  run,
} from "./rotate.ts";
import { assertUnharmed, inScene, knownClients, type Scene } from "./scene.ts";
import { filesWith, tlsFiles, trusted } from "./traces.ts";

const hook = fileURLToPath(new URL("./crash-hook.ts", import.meta.url));
/**
 * What is done to one member alike to another is one place, or the files would take ten minutes; with CI=true each
 * record is one of its own.
 */
const isEverywhere = (at: "records" | "files"): boolean =>
  at === "records" && process.env["CI"] === "true";
/** More places than a rotation of three members has. */
const killsMax = 400;

/** Applies and resumes until nothing kills it; gives how often it was killed. */
const killedEverywhere = async (scene: Scene, at: "records" | "files"): Promise<number> => {
  const seen = scene.path("crash-seen");
  writeFileSync(seen, "");
  const load = await scene.load();
  const options = {
    load,
    node: ["--import", hook],
    env: { CRASH_SEEN: seen, CRASH_AT: at, CRASH_EVERYWHERE: isEverywhere(at) ? "1" : "" },
  };
  let kills = 0;
  for (;;) {
    const begun = globSync("certwright-pki/runs/*/journal.jsonl", { cwd: scene.folder }).some(
      (journal) => scene.read(journal) !== "",
    );
    const running = run(
      scene,
      begun ? ["resume", ...goOn] : ["apply", planFile, ...agreed],
      options,
    );
    const { code, stderr } = await running.ended;
    if (code === 0) break;
    const place = readFileSync(seen, "utf8").trimEnd().split("\n").at(-1) ?? "";
    assert.equal(
      code,
      "SIGKILL",
      `after ${kills} kills, the last at ${place}:\n${stderr}\n${lastEvents(running)}`,
    );
    kills++;
    // What ended the run was durable already: there is nothing to go on with.
    if (place.startsWith("run.closed")) break;
    assert.ok(kills < killsMax, `killed ${kills} times, the last at ${place}`);
  }
  const summary = await load.stop();
  assertUnharmed(summary);
  return kills;
};

/** Kept small enough to tell a rotation that was only begun from one that was killed everywhere. */
const killsMin = (at: "records" | "files"): number => (isEverywhere(at) ? 60 : 20);

for (const at of ["records", "files"] as const) {
  const title =
    at === "records"
      ? "killed after every record of the journal, a rotation ends as if it had not been"
      : "killed before every operation on a file, a rotation ends as if it had not been";
  test(title, async (t: TestContext) => {
    const programs = etcdPrograms(t, "etcd");
    if (programs === undefined) return;
    await inScene(
      t,
      programs,
      async (scene) => {
        const oldCas = trusted(tlsFiles(scene.folder));
        const old = keepOld(scene);
        await plan(scene, "--protocol", "cross-signed");
        const kills = await killedEverywhere(scene, at);
        t.diagnostic(`killed ${kills} times`);
        assert.ok(kills >= killsMin(at), `killed only ${kills} times`);
        await assertSameData(scene);
        assert.deepEqual(new Set(await offers(old)), new Set(["refused"]));
        assert.deepEqual(filesWith(tlsFiles(scene.folder), oldCas), []);
        // A second generation was made once for each CA, whatever was killed when.
        const newCas = trusted(tlsFiles(scene.folder));
        assert.equal(newCas.size, 3);
        const { code, checks } = await scene.check();
        assert.equal(code, 0, JSON.stringify(checks.filter(({ verdict }) => verdict !== "pass")));
      },
      { extra: knownClients },
    );
  });
}
