/** A recovery of everything on the control plane node itself, killed again and again. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { deadWebhook, webhooksOf } from "../dead-webhook.ts";
import { restartWords, withControlPlane } from "./control-plane.ts";
import { assertReady, assertSound, keysOf, look, loseEverything } from "./lost.ts";

const hook = fileURLToPath(new URL("../../rotation/crash-hook.ts", import.meta.url));
/** A recovery writes about ninety records. */
const oneIn = 8;
const killsMax = 40;

test("killed with kill -9 after drawn records of its journal and gone on with, a recovery of everything ends in the same place", (t) =>
  withControlPlane(t, async (plane) => {
    writeFileSync(plane.path("/srv/op/webhooks.json"), JSON.stringify(deadWebhook));
    await plane.kubectl("create", "-f", "/srv/op/webhooks.json");
    const before = await keysOf(plane);
    const webhooks = await webhooksOf(plane.kubectl);
    await loseEverything(plane);
    const { verdict } = await look(plane);
    assert.equal(verdict.case, "all-gone");
    const seen = "/srv/op/crash-seen";
    writeFileSync(plane.path(seen), "");
    const seed = process.env["CRASH_SEED"] ?? "1";
    const env = { CRASH_SEEN: seen, CRASH_AT: "records", CRASH_SAMPLE: `${seed} ${oneIn}` };
    const options = { node: ["--import", hook], env };
    const first = ["recover", "--yes", ...restartWords, "--wait", "3m"];
    for (let kills = 0; ; kills++) {
      const words = kills === 0 ? first : ["resume", "--wait", "3m"];
      const { code, stdout, stderr } = await plane.certwright(words, options);
      const places = readFileSync(plane.path(seen), "utf8").split("\n").filter(Boolean);
      const last = places.at(-1) ?? "";
      const told = `seed ${seed}, killed ${kills} times: ${places.join(", ")}`;
      if (code !== 137 && code !== "SIGKILL") {
        assert.equal(code, 0, `${told}:\n${stdout.slice(-4000)}\n${stderr.slice(-4000)}`);
        assert.ok(kills > 0, told);
        t.diagnostic(told);
        break;
      }
      // What ended the run was durable already: there is nothing to go on with.
      if (last.startsWith("run.closed")) break;
      assert.ok(kills < killsMax, told);
    }
    assert.deepEqual(await keysOf(plane), before);
    assert.deepEqual(await webhooksOf(plane.kubectl), webhooks);
    await assertReady(plane);
    await assertSound(plane);
  }));
