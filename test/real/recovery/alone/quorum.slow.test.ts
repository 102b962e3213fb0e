/** Members of etcd whose data is gone, on three control plane nodes: two of three, then one. */
import assert from "node:assert/strict";
import test from "node:test";
import type { Host } from "../../hosts/host.ts";
import { assertWhole, keysOf, look, loseMember, recoverKilled, recoverWords } from "./etcd-loss.ts";
import { withThreePlanes } from "./three.ts";

test("members whose data is gone are replaced: two of three from the third's data once somebody has decided so, then one from the others", (t) =>
  withThreePlanes(t, async (planes) => {
    const [first, second, third] = planes.hosts as [Host, Host, Host];
    const before = await keysOf(planes, first);

    for (const host of [second, third]) await loseMember(planes, host);
    const lost = await look(planes);
    assert.equal(lost.verdict.case, "quorum-lost");
    assert.deepEqual(lost.steps, []);
    const undecided = await planes.certwright(recoverWords);
    assert.equal(undecided.code, 1);
    assert.match(undecided.stderr, /quorum-lost/);
    const elsewhere = await planes.certwright([
      ...recoverWords,
      "--restore-etcd-from",
      second.name,
    ]);
    assert.equal(elsewhere.code, 1);
    assert.match(elsewhere.stderr, /no etcd data of this cluster was found on host-2/);
    const decided = ["--restore-etcd-from", first.name];
    const { steps } = await look(planes, ...decided);
    t.diagnostic(steps.map(({ title }) => title).join("\n"));
    const servers = await planes.run(first, ["pgrep", "-x", "kube-apiserver"]);
    await recoverKilled(t, planes, [...recoverWords, ...decided]);
    // It had read what is given up, for all that anybody knows.
    assert.notEqual(await planes.run(first, ["pgrep", "-x", "kube-apiserver"]), servers);
    await assertWhole(t, planes, before);

    // The first one's manifest makes a cluster of its own over an empty folder.
    await loseMember(planes, first);
    const { verdict } = await look(planes);
    assert.equal(verdict.case, "member-lost");
    const began = performance.now();
    const { code, stdout, stderr } = await planes.certwright(recoverWords);
    assert.equal(code, 0, `${stdout.slice(-6000)}\n${stderr.slice(-6000)}`);
    t.diagnostic(`one of three: ${((performance.now() - began) / 1000).toFixed(1)} s`);
    await assertWhole(t, planes, before);
  }));
