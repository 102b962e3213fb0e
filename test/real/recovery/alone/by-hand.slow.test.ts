/** What --explain writes is typed as it stands, and brings a control plane back without certwright. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import test from "node:test";
import { until } from "../../cluster/run.ts";
import { restartWords, withControlPlane, type ControlPlane } from "./control-plane.ts";
import { assertReady, assertSound, keysOf, loseEverything } from "./lost.ts";

/** What a node of the tests has not: a service manager and a container runtime. */
const standIns: Readonly<Record<string, string>> = {
  systemctl: '#!/bin/sh\n[ "$1" != restart ] || pkill -F /run/kubelet.pid\n',
  crictl: '#!/bin/sh\nif [ "$1" = exec ]; then shift 2; exec "$@"; fi\necho 0\n',
};

interface Block {
  readonly title: string;
  readonly type: string;
  readonly see: string;
}

/** Every step's commands, and those that show that it has worked. */
const blocksOf = (runbook: string): readonly Block[] =>
  runbook
    .split(/\n(?=#{2,3} )/)
    .map((part) => {
      const [type = "", see = ""] = [...part.matchAll(/```sh\n([\s\S]*?)\n```/g)].map(
        ([, text]) => text!,
      );
      return { title: part.split("\n")[0]!, type, see };
    })
    .filter(({ type }) => type !== "");

/** One shell for each block, which begins as the runbook says. */
const typed = async (plane: ControlPlane, first: string, text: string): Promise<string> => {
  const script = "/srv/op/typed.sh";
  writeFileSync(plane.path(script), `set -e\nPATH=/srv/bin:$PATH\n${first}\n${text}\n`);
  return plane.run(["bash", script]);
};

test("the runbook for hands, typed as it stands, brings back a control plane that lost everything", (t) =>
  withControlPlane(t, async (plane) => {
    mkdirSync(plane.path("/srv/bin"));
    for (const [name, text] of Object.entries(standIns)) {
      writeFileSync(plane.path(`/srv/bin/${name}`), text, { mode: 0o755 });
    }
    // The workbench is root's home, which is not the node's own here.
    const at = (text: string): string => text.replaceAll("/root/recovery-by-hand", "/srv/by-hand");
    const before = await keysOf(plane);
    await loseEverything(plane);
    const { code, stdout } = await plane.certwright(["recover", "--explain", ...restartWords]);
    assert.equal(code, 1, stdout);
    const [first, ...steps] = blocksOf(at(stdout));
    assert.match(first!.title, /Before the first step/);
    const last = steps.pop()!;
    assert.match(last.title, /At the end/);
    assert.ok(steps.length > 12, stdout);
    for (const { title, type, see } of steps) {
      try {
        await typed(plane, first!.type, type);
        await until(title, 120_000, () => typed(plane, first!.type, see));
      } catch (error) {
        throw new Error(`${title}\n${type}\n${see}`, { cause: error });
      }
    }
    await assertReady(plane);
    assert.match(await typed(plane, first!.type, last.type), /admin\.conf/);
    assert.deepEqual(await keysOf(plane), before);
    await assertSound(plane);
    t.diagnostic(`${steps.length} steps`);
  }));
