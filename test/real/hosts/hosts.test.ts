import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test, type TestContext } from "node:test";
import { runProgram, type Outcome } from "../../cli/process.ts";
import { etcdPrograms, succeeded } from "../etcd-workbench.ts";
import { startEtcdOnHosts } from "./etcd.ts";
import type { Host } from "./host.ts";
import { canHaveHosts, startHosts, type Hosts } from "./hosts.ts";

const folder = mkdtempSync(join(tmpdir(), "certwright-hosts-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const env = { PATH: process.env["PATH"] ?? "" };

const ssh = (hosts: Hosts, host: Host, ...command: string[]): Promise<Outcome> => {
  const options = ["-F", hosts.configuration, "-o", "BatchMode=yes", "-o", "ConnectTimeout=2"];
  const strict = ["-o", "StrictHostKeyChecking=yes"];
  return runProgram("ssh", [...options, ...strict, host.name, ...command], { cwd: "/", env });
};

const connects = (host: string, port: number): Promise<boolean> => {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect({ host, port, timeout: 1000 });
  socket.on("connect", () => resolve(true));
  socket.on("error", () => resolve(false));
  socket.on("timeout", () => resolve(false));
  socket.on("connect", () => socket.destroy());
  socket.on("timeout", () => socket.destroy());
  return promise;
};

/** Two hosts for every test of this file: each leaves them as it found them. */
let shared: Hosts | undefined;
after(() => shared?.end());
const twoHosts = async (t: TestContext): Promise<Hosts | undefined> => {
  if (!canHaveHosts(t)) return undefined;
  shared ??= await startHosts({
    count: 2,
    folder: join(folder, "two"),
    service: ["sleep", "1000"],
  });
  return shared;
};

test("each host has a name, processes and an /srv of its own, and is reached by ssh", async (t) => {
  const hosts = await twoHosts(t);
  if (hosts === undefined) return;
  for (const host of hosts.hosts) {
    const { stdout } = succeeded(await ssh(hosts, host, "hostname; echo $HOME; ls /srv; ls /proc"));
    assert.match(stdout, new RegExp(`^${host.name}\n/srv/root\n`));
    assert.ok(
      !new RegExp(`^${process.pid}$`, "m").test(stdout),
      "this test's process is not there",
    );
    writeFileSync(host.path("/srv/who"), host.name);
    assert.equal(readFileSync(host.path("/srv/who"), "utf8"), host.name);
  }
  assert.equal(existsSync("/srv/who"), false, "this machine's own /srv is another one");
});

test("hosts reach each other", async (t) => {
  const hosts = await twoHosts(t);
  if (hosts === undefined) return;
  const [one, two] = hosts.hosts as [Host, Host];
  const dial = `echo | timeout 5 ssh -o BatchMode=yes -o StrictHostKeyChecking=yes ${two.address} 2>&1`;
  assert.match((await ssh(hosts, one, dial)).stdout, /host key is known|verification failed/);
});

test("the service tells the truth about what runs", async (t) => {
  const hosts = await twoHosts(t);
  if (hosts === undefined) return;
  const [host] = hosts.hosts as [Host, Host];
  const service = async (word: string): Promise<number | string> =>
    (await ssh(hosts, host, "/srv/service", word)).code;
  const pid = (): string => readFileSync(host.path("/srv/service.pid"), "utf8").trim();
  assert.equal(await service("status"), 3);
  assert.equal(await service("start"), 0);
  assert.equal(await service("status"), 0);
  const first = pid();
  assert.equal(await service("start"), 0);
  assert.equal(pid(), first, "started once");
  assert.equal(await service("restart"), 0);
  assert.notEqual(pid(), first);
  host.killService();
  assert.equal(await service("status"), 3);
  assert.equal(await service("start"), 0);
  assert.equal(await service("stop"), 0);
  assert.equal(await service("status"), 3);
  writeFileSync(host.path("/srv/command"), "ls\n/nowhere-of-this-name\n");
  const failed = await ssh(hosts, host, "/srv/service", "start");
  assert.equal(failed.code, 1);
  assert.match(failed.stderr, /ended as soon as it was started:\n.*nowhere-of-this-name/);
});

test("a host off the network is silent, one without sshd refuses, and both come back", async (t) => {
  const hosts = await twoHosts(t);
  if (hosts === undefined) return;
  const [host] = hosts.hosts as [Host, Host];
  host.disconnect();
  assert.equal(await connects(host.address, 22), false);
  assert.match((await ssh(hosts, host, "true")).stderr, /timed out|No route to host/);
  host.connect();
  assert.equal((await ssh(hosts, host, "true")).code, 0);
  host.stopSshd();
  assert.match((await ssh(hosts, host, "true")).stderr, /Connection refused/);
  host.startSshd();
  assert.equal((await ssh(hosts, host, "true")).code, 0);
});

test("a full disk, a read-only one, and a slow link are what they say", async (t) => {
  const hosts = await twoHosts(t);
  if (hosts === undefined) return;
  const [host] = hosts.hosts as [Host, Host];
  const write = (): Promise<Outcome> => ssh(hosts, host, "echo some words > /srv/etcd/words");
  host.fillDisk();
  assert.match((await write()).stderr, /No space left on device/);
  host.freeDisk();
  host.readOnly(true);
  assert.match((await write()).stderr, /Read-only file system/);
  host.readOnly(false);
  assert.equal((await write()).code, 0);
  host.slowDown(20_000);
  const slow = await ssh(hosts, host, "head -c 100000 /dev/zero");
  host.slowDown(undefined);
  const fast = await ssh(hosts, host, "head -c 100000 /dev/zero");
  assert.ok(
    slow.milliseconds > 2 * fast.milliseconds,
    `${slow.milliseconds}, ${fast.milliseconds}`,
  );
});

test("a changed host key is noticed by ssh", async (t) => {
  const hosts = await twoHosts(t);
  if (hosts === undefined) return;
  const [, host] = hosts.hosts as [Host, Host];
  host.changeHostKey();
  assert.match((await ssh(hosts, host, "true")).stderr, /IDENTIFICATION HAS CHANGED/);
});

test("hosts end with the process that started them, even when it is killed", async (t) => {
  if (!canHaveHosts(t)) return;
  const script = join(folder, "start.ts");
  const module = new URL("hosts.ts", import.meta.url).href;
  writeFileSync(
    script,
    `const { startHosts } = await import(${JSON.stringify(module)});
const { hosts } = await startHosts({ count: 1, folder: ${JSON.stringify(join(folder, "killed"))}, service: ["sleep", "1000"] });
hosts[0].run("/srv/service", "start");
console.log(hosts[0].pid);
setInterval(() => {}, 1000);
`,
  );
  const child = spawn(process.execPath, [script], { stdio: ["ignore", "pipe", "inherit"] });
  const pid = await new Promise<string>((resolve) => {
    child.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString().trim()));
  });
  assert.ok(existsSync(`/proc/${pid}`));
  child.kill("SIGKILL");
  const deadline = performance.now() + 20_000;
  while (existsSync(`/proc/${pid}`) && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.ok(
    !existsSync(`/proc/${pid}`),
    "process 1 of the host is gone, and with it all the others",
  );
});

for (const component of ["etcd", "etcd-debian"] as const) {
  test(`three hosts become a cluster of ${component}`, async (t) => {
    const programs = etcdPrograms(t, component);
    if (programs === undefined || !canHaveHosts(t)) return;
    const started = performance.now();
    await using etcd = await startEtcdOnHosts({
      programs,
      folder: mkdtempSync(join(folder, "etcd-")),
    });
    t.diagnostic(`running after ${Math.round(performance.now() - started)} ms`);
    const [first] = etcd.hosts.hosts as [Host];
    first.run("/srv/service", "restart");
    await etcd.untilReady();
    first.killService();
    // The kernel closes what a killed process had open after the signal was sent.
    const deadline = performance.now() + 10_000;
    while ((await connects(first.address, 2379)) && performance.now() < deadline);
    assert.equal(await connects(first.address, 2379), false);
  });
}
