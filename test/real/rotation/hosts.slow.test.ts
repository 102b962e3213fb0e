/** A rotation on three machines that are reached by SSH, under load; one of them runs out of disk in the middle. */
import assert from "node:assert/strict";
import { globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import test, { type TestContext } from "node:test";
import { startLoad } from "../../../tools/etcd-load/load.ts";
import { certwright } from "../../cli/process.ts";
import { etcdPrograms, succeeded } from "../etcd-workbench.ts";
import { startEtcdOnHosts } from "../hosts/etcd.ts";
import { canHaveHosts } from "../hosts/hosts.ts";
import { phaseOf } from "./certwright-run.ts";
import { agreed, goOn, lastEvents, plan, planFile, reached, run, type Operator } from "./rotate.ts";
import { assertUnharmed, filesOf, inWords, knownClients } from "./scene.ts";
import { filesWith, modes, tlsFiles, trusted } from "./traces.ts";

type Protocol = "bundle" | "cross-signed";

const rotateOnHosts = async (
  t: TestContext,
  component: "etcd" | "etcd-debian",
  protocol: Protocol,
): Promise<void> => {
  const programs = etcdPrograms(t, component);
  if (programs === undefined || !canHaveHosts(t)) return;
  const folder = mkdtempSync(join(tmpdir(), "certwright-rotation-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  await using etcd = await startEtcdOnHosts({ programs, folder, extra: knownClients });
  const { hosts } = etcd.hosts;
  const env = {
    ...etcd.env,
    PATH: [dirname(programs.etcd), etcd.env["PATH"] ?? ""].join(delimiter),
  };
  const operator: Operator = {
    folder,
    env,
    certwright: (...args) => certwright(args, { cwd: folder, env, deadline: 120_000 }),
  };
  succeeded(await operator.certwright("etcd", "users", "--yes"));
  const files = (): readonly string[] => [
    ...hosts.flatMap((host) => globSync(`${host.path("/srv/etcd/pki")}/*`).toSorted()),
    ...tlsFiles(folder),
  ];
  const oldCas = trusted(files());
  assert.equal(oldCas.size, 3);
  const modesBefore = modes(files());

  await plan(operator, "--protocol", protocol);
  const load = await startLoad({
    endpoints: etcd.cluster.members.map(({ name, node, clientPort }) => ({
      name,
      host: node.addresses[0]!.value,
      port: clientPort,
    })),
    files: filesOf(join(folder, "clients"), "app"),
    prefix: "/app/",
    etcdctl: programs.etcdctl,
  });
  try {
    const full = hosts[1]!;
    let filled = false;
    const first = run(operator, ["apply", planFile, ...agreed, "--wait", "2s"], {
      load,
      onEvent: ({ event }) => {
        if (filled || phaseOf(event?.step ?? "") !== "stage") return;
        filled = true;
        full.fillDisk();
      },
    });
    const { code, stderr } = await first.ended;
    assert.equal(code, 3, `${stderr}\n${lastEvents(first)}`);
    assert.match(`${stderr}${lastEvents(first)}`, /host-2.*no space|ENOSPC|disk/is);
    // Nothing was truncated: every file still is what some generation needs.
    assert.deepEqual(modes(files()), modesBefore);
    full.freeDisk();
    await reached(run(operator, ["resume", ...goOn], { load }));
  } finally {
    const summary = await load.stop();
    t.diagnostic(inWords(summary));
    assertUnharmed(summary);
  }
  assert.deepEqual(filesWith(files(), oldCas), []);
  assert.deepEqual(modes(files()), modesBefore);
};

for (const component of ["etcd", "etcd-debian"] as const) {
  for (const protocol of ["bundle", "cross-signed"] as const) {
    test(`${component} on three hosts by SSH: a disk that fills up makes a ${protocol} rotation wait; no request fails`, (t) =>
      rotateOnHosts(t, component, protocol));
  }
}
