import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { connect } from "../../tools/etcd-load/connection.ts";
import { certwright, mainFile, runProgram, type Outcome } from "../cli/process.ts";
import { leaveOut } from "../left-out.ts";
import { mountSmall } from "../mount-small.ts";
import {
  appAndReader,
  etcdPrograms,
  inWorkbench,
  succeeded,
  type EtcdPrograms,
  type Workbench,
} from "./etcd-workbench.ts";

const SECRET = "what-no-backup-may-show";

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** Command lines that have this word. */
const processesWith = (word: string): readonly string[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        return command.includes(word) ? [`${pid} ${command.replaceAll("\0", " ")}`] : [];
      } catch {
        return [];
      }
    });

const flip = (path: string, at: number): void => {
  const byte = Buffer.of(readFileSync(path)[at]! ^ 1);
  const descriptor = openSync(path, "r+");
  writeSync(descriptor, byte, 0, 1, at);
  closeSync(descriptor);
};

/** The cluster of the bench, with users, a secret and a hundred other keys. */
const runningCluster = async (bench: Workbench): Promise<void> => {
  succeeded(await bench.certwright("etcd", "init", "--in-place"));
  await bench.start();
  succeeded(await bench.certwright("etcd", "users", "--yes"));
  for (let i = 0; i < 20; i += 1) {
    succeeded(await bench.etcdctl("app", "put", `/app/${i}`, `${SECRET} ${i}`));
  }
};

const whole = async (t: TestContext, component: "etcd" | "etcd-debian"): Promise<void> => {
  const programs = etcdPrograms(t, component);
  if (programs === undefined) return;
  await inWorkbench(t, programs, appAndReader, async (bench) => {
    await runningCluster(bench);
    await makingAndProving(bench, programs);
    await puttingBack(bench, programs);
  });
};

const makingAndProving = async (bench: Workbench, { etcd }: EtcdPrograms): Promise<void> => {
  const backups = bench.path("certwright-pki/backups");
  const withEtcd = ["--etcd-bin", etcd];

  await bench.step("a backup of a cluster with users is made, restored and compared", async () => {
    const made = succeeded(
      await bench.certwright("backup", "create", "--id", "first", ...withEtcd),
    );
    assert.match(made.stdout, /27 files, etcd\/local at revision 21 with 20 keys/);
    assert.match(made.stdout, /the snapshot was restored with etcd 3\.\d+\.\d+: keys and hash are/);
    const listed = succeeded(await bench.certwright("backup", "list"));
    assert.match(listed.stdout, /first .* 20 keys at 21 +restored and compared/);
    const again = await bench.certwright("backup", "create", "--id", "first", ...withEtcd);
    assert.match(again.stderr, /there is a backup first already/);
  });

  await bench.step("nothing in the clear is left on the disk, and no etcd runs on", () => {
    assert.deepEqual(readdirSync(backups), ["first"]);
    for (const path of filesBelow(backups)) {
      const bytes = readFileSync(path);
      assert.equal(statSync(path).mode & 0o777, 0o600, path);
      for (const word of [SECRET, "PRIVATE KEY", "BEGIN CERTIFICATE"]) {
        assert.equal(bytes.includes(word), false, `${path} has ${word}`);
      }
    }
    assert.deepEqual(processesWith(`${backups}/.certwright`), []);
    return Promise.resolve();
  });

  await bench.step("without an etcd it is said to be readable and not restored", async () => {
    const env = {
      PATH: "/nowhere",
      HOME: bench.folder,
      CERTWRIGHT_PASSPHRASE_FILE: bench.path("passphrase"),
    };
    const { code, stdout, stderr } = await certwright(["backup", "verify"], {
      cwd: bench.folder,
      env,
      deadline: 60_000,
    });
    assert.equal(code, 3, stderr);
    assert.match(stdout, /NOT restored: there is no etcd in PATH on this machine/);
    assert.match(stderr, /certwright backup verify first --etcd-bin PATH/);
    const listed = await bench.certwright("backup", "list");
    assert.match(listed.stdout, /readable, not restored/);
    const named = await bench.certwright("backup", "verify", "--etcd-bin", "/bin/true");
    assert.equal(named.code, 2);
    assert.match(named.stderr, /\/bin\/true: cannot be used as etcd/);
  });

  await bench.step("a changed bit, a torn file and another passphrase are found", async () => {
    const snapshot = join(backups, "first/snapshot-0.sealed");
    const verify = (): Promise<Outcome> => bench.certwright("backup", "verify", ...withEtcd);
    const before = readFileSync(snapshot);
    flip(snapshot, 5000);
    const changed = await verify();
    assert.equal(changed.code, 1, changed.stdout);
    assert.match(changed.stdout, /damaged: .*snapshot-0\.sealed: .* cut off or changed/);
    assert.match((await bench.certwright("backup", "list")).stdout, /DAMAGED/);
    writeFileSync(snapshot, before);
    truncateSync(snapshot, before.length - 1);
    assert.equal((await verify()).code, 1);
    writeFileSync(snapshot, before);
    flip(join(backups, "first/files.sealed"), 400);
    assert.match((await verify()).stdout, /damaged: .*files\.sealed/);
    flip(join(backups, "first/files.sealed"), 400);
    writeFileSync(bench.path("wrong"), "not the passphrase\n", { mode: 0o600 });
    const wrong = await bench.certwright("backup", "verify", "--passphrase-file", "wrong");
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /passphrase/);
    succeeded(await verify());
  });
};

const puttingBack = async (bench: Workbench, programs: EtcdPrograms): Promise<void> => {
  const at = (name: string): string => bench.path("run/etcd-1/pki", name);
  const restore = (...args: string[]): Promise<Outcome> =>
    bench.certwright("backup", "restore", "first", ...args);
  const describe = (name: string): readonly unknown[] => {
    const { mode, uid, gid } = statSync(at(name));
    return [readFileSync(at(name), "utf8"), mode, uid, gid];
  };

  await bench.step("files come back byte for byte, with mode and owner", async () => {
    const names = readdirSync(at("."));
    const before = names.map(describe);
    assert.match(succeeded(await restore("--dry-run")).stdout, /27 of 27 files are as they were/);
    writeFileSync(at("server.crt"), "spoiled");
    chmodSync(at("server.key"), 0o644);
    chownSync(at("peer.crt"), 1, 1);
    rmSync(at("client-ca.crt"));
    const shown = succeeded(await restore("--dry-run"));
    assert.match(shown.stdout, /put back .*server\.crt +its content is another one/);
    assert.match(shown.stdout, /put back .*server\.key +its mode is 0644 and was 0600/);
    assert.match(shown.stdout, /put back .*peer\.crt +its owner is 1:1 and was 0:0/);
    assert.match(shown.stdout, /put back .*client-ca\.crt +there is no such file any more/);
    assert.equal(readFileSync(at("server.crt"), "utf8"), "spoiled");
    assert.match((await restore()).stderr, /nothing was changed/);
    assert.match(succeeded(await restore("--yes")).stdout, /4 files are as they were/);
    assert.deepEqual(names.map(describe), before);
  });

  await bench.step("the snapshot that is given out is one that etcd's own tool takes", async () => {
    const given = succeeded(await restore("--snapshot", "data.db"));
    assert.equal(statSync(bench.path("data.db")).mode & 0o777, 0o600);
    assert.match(given.stdout, /snapshot restore .* --name etcd-2 --data-dir .*etcd-2\/data/);
    const tool = programs.version === "3.4" ? programs.etcdctl : programs.etcd.replace(/$/, "utl");
    const status = await runProgram(
      tool,
      ["snapshot", "status", "data.db", "--write-out", "json"],
      { cwd: bench.folder, env: { ETCDCTL_API: "3" } },
    );
    assert.equal(status.code, 0, status.stderr);
    assert.equal((JSON.parse(status.stdout) as { revision: number }).revision, 21);
    assert.match((await restore("--snapshot", "data.db")).stderr, /is there already/);
  });

  await bench.step("the printed commands bring the data back", async () => {
    succeeded(await bench.etcdctl("app", "del", "/app/", "--prefix"));
    rmSync(bench.path("data.db"));
    const { stdout } = succeeded(await restore("--snapshot", "data.db"));
    const commands = stdout
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("#"))
      // The last ones look at what came of it.
      .slice(0, -2)
      // All members are on this machine, so that the copy for one is that for the next.
      .map((line) => line.replaceAll("/root/snapshot.db", bench.path("data.db")))
      .map((line) => line.replace(/ && rm .*/, ""));
    for (const line of commands) {
      const ran = await runProgram("sh", ["-c", line], {
        cwd: bench.folder,
        env: { PATH: `${dirname(programs.etcd)}:${process.env["PATH"]}` },
        deadline: 60_000,
      });
      assert.equal(ran.code, 0, `${line}\n${ran.stdout}${ran.stderr}`);
    }
    const until = Date.now() + 60_000;
    for (;;) {
      const { code, checks } = await bench.check();
      if (code === 0) break;
      assert.ok(Date.now() < until, JSON.stringify(checks.filter((one) => one.verdict !== "pass")));
    }
    const kept = succeeded(await bench.etcdctl("app", "get", "/app/", "--prefix", "--keys-only"));
    assert.equal(kept.stdout.match(/\/app\//g)?.length, 20);
  });

  await bench.step(
    "files of another time of the CAs are put back only when that is meant",
    async () => {
      succeeded(await bench.certwright("ca", "generation", "etcd-client-ca"));
      const next = ["ca", "generation", "etcd-client-ca", "--number", "2", "--stage", "issuing"];
      succeeded(await bench.certwright(...next));
      writeFileSync(at("server.crt"), "spoiled");
      const refused = await restore("--yes");
      assert.equal(refused.code, 1);
      assert.match(
        refused.stderr,
        /etcd-client-ca was issued by generation 1, and is by generation 2/,
      );
      assert.equal(readFileSync(at("server.crt"), "utf8"), "spoiled");
      succeeded(await restore("--yes", "--other-generations"));
      assert.match(readFileSync(at("server.crt"), "utf8"), /BEGIN CERTIFICATE/);
    },
  );
};

test("etcd 3.6: a backup is made, proved, found damaged, put back", (t) => whole(t, "etcd"));
test("Debian's etcd 3.4: a backup is made, proved, found damaged, put back", (t) =>
  whole(t, "etcd-debian"));

test("killed anywhere, no half backup counts, and the next one clears away what was left", async (t) => {
  const programs = etcdPrograms(t, "etcd");
  if (programs === undefined) return;
  await inWorkbench(t, programs, appAndReader, async (bench) => {
    await runningCluster(bench);
    const backups = bench.path("certwright-pki/backups");
    const has = (pattern: RegExp): boolean => {
      try {
        return filesBelow(backups).some((path) => pattern.test(path));
      } catch {
        // Nothing yet, or a folder that was there a moment ago.
        return false;
      }
    };
    const moments = {
      "while the files are copied": /partial-.*\/files\.sealed$/,
      "while the snapshot is taken": /partial-.*\/snapshot-0\.sealed$/,
      "while the snapshot is restored": /scratch-.*\/snapshot\.db$/,
      "while the restored member runs": /scratch-.*\/process$/,
    };
    for (const [moment, pattern] of Object.entries(moments)) {
      await bench.step(moment, async () => {
        const id = moment.replaceAll(" ", "-");
        const killed = await killWhen(bench, ["backup", "create", "--id", id], programs, () =>
          has(pattern),
        );
        assert.equal(killed, "SIGKILL", "it ended before the moment came");
        const { backups: found } = JSON.parse(
          succeeded(await bench.certwright("backup", "list", "-o", "json")).stdout,
        ) as { backups: readonly { id: string; verification?: unknown }[] };
        const half = found.find((one) => one.id === id);
        assert.equal(half?.verification, undefined);
        if (pattern.source.startsWith("partial")) assert.equal(half, undefined);
        // Whoever comes next clears away, the etcd that was left running too.
        const next = ["backup", "create", "--id", `after-${id}`, "--etcd-bin", programs.etcd];
        succeeded(await bench.certwright(...next));
        assert.deepEqual(
          readdirSync(backups).filter((name) => name.startsWith(".")),
          [],
        );
        assert.deepEqual(processesWith(`${backups}/.certwright`), []);
      });
    }
  });
});

/** Runs the command and kills it the first time that `when` holds; how it ended. */
const killWhen = async (
  bench: Workbench,
  args: readonly string[],
  programs: EtcdPrograms,
  when: () => boolean,
): Promise<number | string | null> => {
  const child = spawn(process.execPath, [mainFile, ...args, "--etcd-bin", programs.etcd], {
    cwd: bench.folder,
    env: { HOME: bench.folder, CERTWRIGHT_PASSPHRASE_FILE: bench.path("passphrase") },
    stdio: "ignore",
  });
  const { promise: ended, resolve } = Promise.withResolvers<number | string | null>();
  child.once("exit", (code, signal) => resolve(signal ?? code));
  const until = Date.now() + 60_000;
  while (child.exitCode === null && child.signalCode === null) {
    if (when() || Date.now() > until) {
      child.kill("SIGKILL");
      break;
    }
    // As often as can be: the moments are short.
    await sleep(0);
  }
  return await ended;
};

test("a full disk leaves no backup, and too little room to restore says how much is needed", async (t) => {
  const programs = etcdPrograms(t, "etcd");
  if (programs === undefined) return;
  await inWorkbench(t, programs, appAndReader, async (bench) => {
    await runningCluster(bench);
    const backups = bench.path("certwright-pki/backups");
    const create = (id: string): Promise<Outcome> =>
      bench.certwright("backup", "create", "--id", id, "--etcd-bin", programs.etcd);
    for (const [kilobytes, id] of [
      [16, "files"],
      [40, "snapshot"],
    ] as const) {
      const unmount = mountSmall(backups, kilobytes);
      if (unmount === undefined) return leaveOut(t, "no small file system can be mounted here");
      try {
        const full = await create(id);
        assert.equal(full.code, 1, full.stdout);
        assert.match(full.stderr, /no space left/);
        assert.deepEqual(readdirSync(backups), []);
      } finally {
        unmount();
      }
    }
    const unmount = mountSmall(backups, 2048);
    try {
      const made = await create("tight");
      assert.equal(made.code, 3, made.stderr);
      assert.match(
        made.stdout,
        /restoring the snapshot to look at it takes \d+ MB, and \d+ MB are/,
      );
      assert.deepEqual(readdirSync(backups), ["tight"]);
    } finally {
      unmount?.();
    }
  });
});

/** Runs the command with a deadline far off; the most memory that it held, in megabytes. */
const peakMemory = async (bench: Workbench, args: readonly string[]): Promise<number> => {
  const child = spawn(process.execPath, [mainFile, ...args], {
    cwd: bench.folder,
    env: { HOME: bench.folder, CERTWRIGHT_PASSPHRASE_FILE: bench.path("passphrase") },
    stdio: "ignore",
  });
  const ended = once(child, "exit");
  let peak = 0;
  const timer = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      peak = Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? peak);
    } catch {
      // It has ended.
    }
  }, 20);
  const late = setTimeout(() => child.kill("SIGKILL"), 300_000);
  const [code] = (await ended) as [number | null];
  clearInterval(timer);
  clearTimeout(late);
  assert.equal(code, 0);
  return peak / 1024;
};

test("a backup of a hundred megabytes takes no more memory than one of nothing", async (t) => {
  const programs = etcdPrograms(t, "etcd");
  if (programs === undefined) return;
  await inWorkbench(t, programs, "", async (bench) => {
    succeeded(await bench.certwright("etcd", "init", "--in-place"));
    await bench.start();
    const create = (id: string): Promise<number> =>
      peakMemory(bench, ["backup", "create", "--id", id, "--etcd-bin", programs.etcd]);
    const empty = await create("empty");
    const [member] = bench.cluster.members;
    const connection = connect(
      { name: member!.name, host: "127.0.0.1", port: member!.clientPort },
      {
        certificate: bench.path("clients/root/client.crt"),
        key: bench.path("clients/root/client.key"),
        trust: bench.path("clients/root/server-ca.crt"),
      },
    );
    // Below etcd's limit for a request, 1.5 MiB.
    const value = "x".repeat(1_000_000);
    for (let i = 0; i < 100; i += 1) {
      const answer = await connection.put(`/big/${i}`, value, Date.now() + 60_000);
      assert.ok(answer.ok, `${i}`);
    }
    connection.close();
    const full = await create("full");
    const stored = join(bench.path("certwright-pki/backups/full"), "snapshot-0.sealed");
    assert.ok(statSync(stored).size > 100_000_000, `${statSync(stored).size}`);
    t.diagnostic(`${Math.round(empty)} MB for nothing, ${Math.round(full)} MB for a hundred`);
    // A few pieces and what a garbage collector leaves lying about.
    assert.ok(full < empty + 60, `${empty} MB, then ${full} MB`);
  });
});
