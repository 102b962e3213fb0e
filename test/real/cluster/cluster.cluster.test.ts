import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { cgroupOf, removeCgroups } from "./cgroups.ts";
import { startCluster } from "./cluster.ts";
import { canHaveCluster, inComponent } from "./programs.ts";
import { run, until } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "certwright-cluster-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const leftCgroups = (pid: number): string[] =>
  globSync([`/sys/fs/cgroup/${cgroupOf(pid)}`, `/sys/fs/cgroup/*/${cgroupOf(pid)}`]);

/** Whether a process (its file `cgroup`) is in a pod of a cluster of the process `pid`. */
const belongsTo = (file: string, pid: number): boolean => {
  try {
    const groups = readFileSync(file, "utf8");
    return groups.includes(`/${cgroupOf(pid)}/`) && groups.includes("/k8s.io/");
  } catch {
    return false;
  }
};

test("a master and a worker run pods, services and names, and leave nothing behind", async (t) => {
  if (!canHaveCluster(t)) return;
  const place = join(folder, "one");
  const pids: number[] = [];
  {
    await using cluster = await startCluster({
      masters: 1,
      workers: 1,
      folder: place,
      progress: (line) => t.diagnostic(line),
    });
    const { kubectl, nodes } = cluster;
    pids.push(...nodes.map(({ pid }) => pid));
    const ready = await kubectl("get", "nodes", "--no-headers");
    assert.match(ready, /^master-1 +Ready .*\nworker-1 +Ready .*\n$/);
    await kubectl("apply", "-f", join(import.meta.dirname, "web.yaml"));
    await kubectl("rollout", "status", "deployment/web", "--timeout=120s");
    for (const system of ["deployment/coredns", "daemonset/kube-proxy"]) {
      await kubectl("-n", "kube-system", "rollout", "status", system, "--timeout=120s");
    }
    const where = ["get", "pods", "-l", "app=web", "-o", "jsonpath={.items[*].spec.nodeName}"];
    assert.equal(await kubectl(...where), "worker-1");
    assert.equal(await kubectl("logs", "deployment/web"), "started\n");
    // From the worker's pod through kube-proxy to CoreDNS on the master; from each node through kube-proxy to the pod.
    const service = await kubectl("get", "service", "web", "-o", "jsonpath={.spec.clusterIP}");
    const found = await until("the service's name", 60_000, () =>
      kubectl(
        "exec",
        "deployment/web",
        "--",
        "busybox",
        "nslookup",
        "web.default.svc.cluster.local",
      ),
    );
    assert.ok(found.includes(`Address: ${service}`), found);
    const get = `fetch("http://${service}").then((a) => a.text()).then((a) => process.stdout.write(a))`;
    // A node's kube-proxy hears of the pod a moment after the rollout is done.
    for (const node of nodes) {
      const answer = await until(`the service on ${node.name}`, 60_000, () =>
        node.run([process.execPath, "-e", get]),
      );
      assert.equal(answer, "hello\n");
    }
    for (const { name } of nodes) {
      const ssh = ["-F", cluster.sshConfiguration, "-o", "BatchMode=yes", name];
      assert.equal(
        await run([inComponent("openssh-server", "ssh"), ...ssh, "hostname"]),
        `${name}\n`,
      );
    }
  }
  assert.deepEqual(
    pids.filter((pid) => existsSync(`/proc/${pid}`)),
    [],
    "no process of a node",
  );
  assert.ok(!existsSync(place), "no files");
  assert.deepEqual(leftCgroups(process.pid), []);
});

test("a cluster ends with the process that started it, even when it is killed", async (t) => {
  if (!canHaveCluster(t)) return;
  const script = join(folder, "start.ts");
  const module = new URL("cluster.ts", import.meta.url).href;
  const place = join(folder, "killed");
  writeFileSync(
    script,
    `const { startCluster } = await import(${JSON.stringify(module)});
await startCluster({ masters: 1, workers: 0, folder: ${JSON.stringify(place)}, progress: console.log });
`,
  );
  const child = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => child.kill("SIGKILL"));
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const inPods = (): string[] =>
    globSync("/proc/[0-9]*/cgroup").filter((file) => belongsTo(file, child.pid!));
  await until("the first pod", 120_000, () => (inPods().length > 0 ? true : undefined));
  await until("its word", 30_000, () => said.includes("master-1: kubeadm init") || undefined);
  child.kill("SIGKILL");
  await until("its pods are gone", 30_000, () => (inPods().length === 0 ? true : undefined));
  // What a process could not remove any more the next one does.
  await until("its control groups are gone", 30_000, () => removeCgroups([]) || undefined);
  assert.deepEqual(leftCgroups(child.pid!), []);
});
