/** The program of one file, on a control plane node on which nothing else can be found. */
import assert from "node:assert/strict";
import test from "node:test";
import { buildSingle } from "../../../../tools/single/build.ts";
import { withControlPlane } from "./control-plane.ts";
import { look, loseEverything } from "./lost.ts";

test("the single executable says what has happened without PATH, without network and without Node", (t) =>
  withControlPlane(t, async (plane) => {
    await buildSingle(plane.path("/srv/alone/certwright"));
    await loseEverything(plane);
    const bare = ["/usr/bin/env", "-i", "PATH=", "HOME=/srv/op"];
    // A network namespace that has not even its loopback up.
    const program = [...bare, "/usr/bin/unshare", "--net", "/srv/alone/certwright"];
    const verdict = await look(plane, { program });
    assert.equal(verdict.verdict.case, "all-gone");
    assert.ok(verdict.steps.length > 12, JSON.stringify(verdict.steps));
  }));
