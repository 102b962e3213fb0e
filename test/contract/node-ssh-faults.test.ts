import assert from "node:assert/strict";
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { after, test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { systemNodes } from "../../src/adapters/node/system-nodes.ts";
import type { NodeAccess } from "../../src/core/model/estate.ts";
import type { NodeSession } from "../../src/ports/node.ts";
import { makeKey, sshProgram, type Host } from "../real/hosts/host.ts";
import { canHaveHosts, startHosts, type Hosts } from "../real/hosts/hosts.ts";
import { componentProgram } from "../../tools/components/cache.ts";
import { leaveOut } from "../left-out.ts";
import { holdsOnBrokenDisks } from "./node-faults.ts";
import { creating, digest, replacing, text } from "./node.ts";

const folder = mkdtempSync(join(tmpdir(), "certwright-node-"));
let shared: Hosts | undefined;
after(async () => {
  await shared?.end();
  rmSync(folder, { recursive: true });
});

/** One host for the tests of this file; each leaves it as it found it. */
const oneHost = async (t: TestContext): Promise<{ hosts: Hosts; host: Host } | undefined> => {
  if (!canHaveHosts(t)) return undefined;
  shared ??= await startHosts({ count: 1, folder: join(folder, "hosts") });
  return { hosts: shared, host: shared.hosts[0]! };
};

type Ssh = Extract<NodeAccess, { kind: "ssh" }>;

const open = (hosts: Hosts, access: Partial<Ssh> = {}): Promise<NodeSession> =>
  systemNodes.open({
    name: "there",
    addresses: [],
    access: {
      kind: "ssh",
      destination: "host-1",
      configuration: hosts.configuration,
      sudo: false,
      ...access,
    },
  });

const within = async (
  session: Promise<NodeSession>,
  body: (node: NodeSession) => Promise<void>,
): Promise<void> => {
  const node = await session;
  try {
    await body(node);
  } finally {
    await node.close();
  }
};

/** The hosts' ssh configuration with these lines before it: the first value that ssh finds counts. */
const configured = (hosts: Hosts, lines: string): string => {
  const path = join(mkdtempSync(join(folder, "ssh-")), "config");
  writeFileSync(path, `${lines}\n${readFileSync(hosts.configuration, "utf8")}`);
  return path;
};

/** Changes what is asked of ssh, sees it refused with this code, and in words a person can act on. */
const refused = async (
  opening: Promise<NodeSession>,
  code: string,
  message: RegExp,
  hint: RegExp,
): Promise<void> => {
  await assert.rejects(opening, (error: Error & { code: string; hint: string }) => {
    assert.equal(error.code, code, error.message);
    assert.match(error.message, /^there: /);
    assert.match(error.message, message);
    assert.match(error.hint, hint);
    return true;
  });
};

test("a host key that is not known is not accepted, whatever the configuration says", async (t) => {
  const lab = await oneHost(t);
  if (lab === undefined) return;
  const known = join(folder, "empty_known_hosts");
  const lines = `UserKnownHostsFile ${known}\nStrictHostKeyChecking no\nBatchMode no`;
  const configuration = configured(lab.hosts, lines);
  await refused(
    open(lab.hosts, { configuration }),
    "node.host-key-unknown",
    /host key of host-1 is not among the known ones; nothing was sent there/,
    /^compare the fingerprint .*: ssh -F \S+ host-1 true$/,
  );
  assert.equal(existsSync(known), false, "nothing was learnt");
});

test("a host key that changed is refused, with the line that holds the old one", async (t) => {
  const lab = await oneHost(t);
  if (lab === undefined) return;
  const known = join(folder, "other_known_hosts");
  const key = join(folder, "other_host_key");
  makeKey(key);
  writeFileSync(known, `# a comment\n${lab.host.address} ${readFileSync(`${key}.pub`, "utf8")}`);
  const configuration = configured(
    lab.hosts,
    `UserKnownHostsFile ${known}\nStrictHostKeyChecking no`,
  );
  await refused(
    open(lab.hosts, { configuration }),
    "node.host-key-changed",
    new RegExp(`shows another host key than before \\(${known}:2\\)`),
    new RegExp(`ssh-keygen -R ${lab.host.address} -f ${known}$`),
  );
  // What the hint says takes the old key away.
  execFileSync(sshProgram("keygen"), ["-R", lab.host.address, "-f", known], { stdio: "ignore" });
  await assert.rejects(open(lab.hosts, { configuration }), { code: "node.host-key-unknown" });
});

test("keys that are not let in, and an account that does not exist, are told apart from a way that is closed", async (t) => {
  const lab = await oneHost(t);
  if (lab === undefined) return;
  const { hosts, host } = lab;
  const key = join(folder, "stranger");
  makeKey(key);
  const notIn = /lets nobody in with the keys offered \(it takes publickey\)/;
  const look = /ssh-add -l; ssh .*host-1 -v true/;
  const stranger = configured(hosts, "");
  writeFileSync(stranger, readFileSync(stranger, "utf8").replaceAll(hosts.key, key));
  await refused(
    open(hosts, { configuration: stranger }),
    "node.authentication-refused",
    notIn,
    look,
  );
  const user = "nobody-of-this-name";
  await refused(open(hosts, { user }), "node.authentication-refused", notIn, look);

  host.stopSshd();
  try {
    await refused(
      open(hosts),
      "node.refused",
      /no SSH server listens on host-1/,
      /systemctl start ssh/,
    );
  } finally {
    host.startSshd();
  }
  const destination = "host-of-this-name.invalid";
  await refused(
    open(hosts, { destination }),
    "node.no-such-name",
    /neither \/etc\/hosts nor DNS knows the name host-of-this-name\.invalid/,
    /^see what the system says: getent hosts host-of-this-name\.invalid$/,
  );
  const configuration = configured(hosts, "NoSuchOption yes");
  await refused(
    open(hosts, { configuration }),
    "node.ssh-configuration",
    /Bad configuration option/,
    /put it right/,
  );
});

test("a machine that does not answer is given up after some seconds", async (t) => {
  const lab = await oneHost(t);
  if (lab === undefined) return;
  lab.host.disconnect();
  try {
    await refused(
      open(lab.hosts),
      "node.unreachable",
      /host-1 does not answer: .*(timed out|No route)/,
      /is up/,
    );
  } finally {
    lab.host.connect();
  }
  await within(open(lab.hosts), async (node) => {
    assert.equal((await node.run(["true"], { deadline: 20_000 })).code, 0);
  });
});

test("a machine without ssh for us says how to get it", async (t) => {
  const lab = await oneHost(t);
  if (lab === undefined) return;
  const { PATH } = process.env;
  process.env["PATH"] = join(folder, "nothing");
  try {
    await refused(
      open(lab.hosts),
      "node.no-ssh",
      /no ssh on this machine's PATH/,
      /apt install openssh-client/,
    );
  } finally {
    process.env["PATH"] = PATH;
  }
});

test("a login shell that is none, or quotes otherwise, is found at once", async (t) => {
  const lab = await oneHost(t);
  if (lab === undefined) return;
  const { hosts, host } = lab;
  const accounts = readFileSync(host.path("/srv/passwd"), "utf8");
  const withShell = async (shell: string, said: RegExp): Promise<void> => {
    writeFileSync(
      host.path("/srv/passwd"),
      accounts.replace(/^(operator:.*):[^:\n]*$/m, `$1:${shell}`),
    );
    await refused(
      open(hosts, { user: "operator" }),
      "node.shell-unusable",
      said,
      /chsh -s \/bin\/sh/,
    );
  };
  try {
    await withShell("/usr/sbin/nologin", /not available/);
    await withShell("/bin/false", /it ended with 1/);
    // As fish does: a backslash before a backslash quotes it, also between single quotes.
    writeFileSync(
      host.path("/srv/shell"),
      '#!/bin/sh\neval "$(printf %s "$2" | sed \'s/\\\\\\\\/\\\\/g\')"\n',
      { mode: 0o755 },
    );
    await withShell("/srv/shell", /does not quote words as POSIX sh does/);
  } finally {
    writeFileSync(host.path("/srv/passwd"), accounts);
  }
});

test("a tool that is missing there is named", async (t) => {
  const lab = await oneHost(t);
  if (lab === undefined) return;
  const { hosts, host } = lab;
  const bin = host.path("/srv/bin");
  mkdirSync(bin);
  const has = "cat chmod chown date df grep id ln mv readlink rm stat sync sh sha256sum";
  for (const program of has.split(" "))
    host.run("ln", "-s", `/bin/${program}`, `/srv/bin/${program}`);
  const rc = host.path("/srv/root/.bashrc");
  writeFileSync(rc, "PATH=/srv/bin\n");
  try {
    await refused(open(hosts), "node.program-missing", /there is no program dd$/, /command -v dd/);
    host.run("ln", "-s", "/bin/dd", "/srv/bin/dd");
    host.run("rm", "/srv/bin/sha256sum");
    await refused(
      open(hosts),
      "node.program-missing",
      /there is no program sha256sum$/,
      /sha256sum/,
    );
    host.run("ln", "-s", "/usr/bin/openssl", "/srv/bin/openssl");
    await within(open(hosts), async (node) => {
      await node.write([creating("/srv/by-openssl", "one")]);
      assert.equal((await node.facts("/srv/by-openssl"))?.digest, digest("one"));
    });
  } finally {
    rmSync(rc);
  }
});

test("what login files and banners print is no part of any answer", async (t) => {
  const lab = await oneHost(t);
  if (lab === undefined) return;
  const { hosts, host } = lab;
  const rc = host.path("/srv/root/.bashrc");
  writeFileSync(rc, "echo welcome; echo certwright-begin-0; echo warning >&2\n");
  appendFileSync(host.path("/srv/sshd_config"), "Banner /srv/banner\n");
  writeFileSync(host.path("/srv/banner"), "Authorized use only\n");
  host.stopSshd();
  host.startSshd();
  try {
    await within(open(hosts), async (node) => {
      await node.write([creating("/srv/quiet", "content\n")]);
      assert.equal(text((await node.read("/srv/quiet"))?.bytes), "content\n");
      const said = await node.run(["echo", "out"], { deadline: 20_000 });
      assert.deepEqual([said.code, said.stdout], [0, "out\n"]);
    });
  } finally {
    rmSync(rc);
  }
});

test("ssh: a full or read-only disk leaves every file as it was", async (t) => {
  const lab = await oneHost(t);
  if (lab === undefined) return;
  const { hosts, host } = lab;
  await within(open(hosts), (node) =>
    holdsOnBrokenDisks(node, {
      there: "/srv/etcd",
      here: host.path("/srv/etcd"),
      fill: (free) => host.fillDisk(free),
      free: () => host.freeDisk(),
      readOnly: (on) => host.readOnly(on),
    }),
  );
});

test("ssh: what may not be read or written is told, and nothing changes", async (t) => {
  const lab = await oneHost(t);
  if (lab === undefined) return;
  const { hosts, host } = lab;
  host.run("mkdir", "-p", "-m", "755", "/srv/roots");
  writeFileSync(host.path("/srv/roots/a.key"), "key", { mode: 0o600 });
  writeFileSync(host.path("/srv/roots/a.crt"), "certificate", { mode: 0o644 });
  await within(open(hosts, { user: "operator" }), async (node) => {
    const noPermission = (path: string) => ({
      code: "node.permission",
      hint: `say "sudo: true" for this node, or look at the owners on that machine: namei -l ${path}`,
    });
    await assert.rejects(node.read("/srv/roots/a.key"), noPermission("/srv/roots/a.key"));
    await assert.rejects(node.facts("/srv/roots/a.key"), noPermission("/srv/roots/a.key"));
    const crt = "/srv/roots/a.crt";
    assert.equal(text((await node.read(crt))?.bytes), "certificate");
    await assert.rejects(node.write([replacing(crt, "certificate", "new")]), noPermission(crt));
    await assert.rejects(node.remove(crt, digest("certificate")), noPermission(crt));
    const owner = { user: "root" };
    await assert.rejects(
      node.write([{ ...creating("/srv/home/a.key", "key"), owner }]),
      noPermission("/srv/home/a.key"),
    );
  });
  assert.deepEqual(readdirSync(host.path("/srv/roots")).toSorted(), ["a.crt", "a.key"]);
  assert.deepEqual(readdirSync(host.path("/srv/home")), []);
});

test("what is root's is reached by sudo where it is told, and only as sudoers says", async (t) => {
  const lab = await oneHost(t);
  if (lab === undefined) return;
  if (!existsSync("/usr/bin/sudo") && componentProgram("sudo", "sudo") === undefined) {
    leaveOut(t, "sudo is not in the cache: npm run components sudo");
    return;
  }
  const { hosts, host } = lab;
  const access = { user: "operator", sudo: true };
  const rule = /visudo -f \/etc\/sudoers\.d\/certwright: operator ALL=\(root\) NOPASSWD: ALL$/;
  if (!existsSync("/usr/bin/sudo")) {
    await refused(
      open(hosts, access),
      "node.program-missing",
      /no program sudo$/,
      /command -v sudo/,
    );
  }
  host.allow("operator ALL=(root) ALL");
  await refused(open(hosts, access), "node.sudo-password", /sudo wants a password there/, rule);
  host.allow("root ALL=(ALL) ALL");
  await refused(open(hosts, access), "node.sudo-password", /sudo wants a password there/, rule);
  host.allow("operator ALL=(root) NOPASSWD: /bin/true");
  await refused(open(hosts, access), "node.sudo-password", /sudo wants a password there/, rule);
  host.allow("Defaults !authenticate\nroot ALL=(ALL) ALL");
  await refused(open(hosts, access), "node.sudo-refused", /is not in the sudoers file/, rule);
  host.allow("operator ALL=(root) NOPASSWD: ALL");
  host.run("mkdir", "-p", "-m", "700", "/srv/closed");
  await within(open(hosts, access), async (node) => {
    const path = "/srv/closed/a.key";
    await node.write([creating(path, "key", 0o600)]);
    await node.write([replacing(path, "key", "new")]);
    assert.equal(text((await node.read(path))?.bytes), "new");
    const { uid, mode } = statSync(host.path(path));
    assert.deepEqual([uid, mode & 0o7777], [0, 0o600]);
    const deadline = 20_000;
    assert.equal((await node.run(["id", "-u"], { deadline })).stdout, "0\n");
    await assert.rejects(node.run(["no-program-of-this-name"], { deadline }), {
      code: "node.program-missing",
    });
    assert.ok((await node.processes("sh")).some(({ pid }) => pid === 1));
    await node.remove(path, digest("new"));
    // Taken back while the session is open.
    host.allow("operator ALL=(root) ALL");
    await assert.rejects(node.read(path), { code: "node.sudo-password" });
    await assert.rejects(node.run(["id"], { deadline }), { code: "node.sudo-password" });
  });
});

test("a file that cannot be given its name is told, with those that were", async (t) => {
  const lab = await oneHost(t);
  if (lab === undefined) return;
  const { hosts, host } = lab;
  writeFileSync(host.path("/srv/one"), "one");
  writeFileSync(host.path("/srv/two"), "two");
  // As a container's volume of a single file: the name is busy.
  host.run("mount", "--bind", "/srv/two", "/srv/two");
  try {
    await within(open(hosts), async (node) => {
      await assert.rejects(
        node.write([replacing("/srv/one", "one", "1"), replacing("/srv/two", "two", "2")]),
        {
          code: "node.half-written",
          message: /^there: \/srv\/one written, but not \/srv\/two .*busy/,
        },
      );
      assert.equal(text((await node.read("/srv/two"))?.bytes), "two");
    });
  } finally {
    host.run("umount", "/srv/two");
  }
});

const until = async (holds: () => boolean): Promise<void> => {
  const deadline = performance.now() + 30_000;
  while (!holds() && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

/** Writes 900 kB over 300 kB/s (more than pipes and sockets hold) by a process of its own, which dies or loses its connection on the way. */
const interrupted = async (
  { hosts, host }: { hosts: Hosts; host: Host },
  /** Milliseconds, or when the first bytes are there. */
  moment: number | "begun",
  interrupt: (child: ChildProcess) => void,
): Promise<"old" | "new"> => {
  const path = "/srv/slow/server.key";
  host.run("rm", "-rf", "/srv/slow");
  host.run("mkdir", "/srv/slow");
  writeFileSync(host.path(path), "old");
  const script = fileURLToPath(new URL("write-slowly.ts", import.meta.url));
  host.slowDown(300_000);
  const child = spawn(process.execPath, [script, hosts.configuration, path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  await new Promise<void>((resolve) => child.stdout.once("data", () => resolve()));
  if (moment === "begun") await until(() => readdirSync(host.path("/srv/slow")).length > 1);
  else await new Promise((resolve) => setTimeout(resolve, moment));
  interrupt(child);
  host.slowDown(undefined);
  await ended;
  // Whatever was on its way arrives, or the machine notices that nothing more will.
  await until(() => readdirSync(host.path("/srv/slow")).length === 1);
  assert.deepEqual(readdirSync(host.path("/srv/slow")), ["server.key"], `after ${moment}`);
  const found = readFileSync(host.path(path), "utf8");
  assert.ok(found === "old" || found === "n".repeat(900_000), `${found.length} bytes of neither`);
  return found === "old" ? "old" : "new";
};

test("killed at any moment of a write, the file is the old or the new one, and nothing is left beside it", async (t) => {
  const lab = await oneHost(t);
  if (lab === undefined) return;
  const seen = new Set<string>();
  for (const moment of [0, 20, 100, 400, 1000, 2000, 4000, 12_000]) {
    seen.add(await interrupted(lab, moment, (child) => child.kill("SIGKILL")));
  }
  assert.deepEqual([...seen].toSorted(), ["new", "old"], "some were killed before, some after");
});

test("a server that dies in the middle of a write leaves the old file", async (t) => {
  const lab = await oneHost(t);
  if (lab === undefined) return;
  assert.equal(await interrupted(lab, "begun", () => lab.host.killConnections()), "old");
});

test("a session whose connection was lost makes a new one, and says what was lost", async (t) => {
  const lab = await oneHost(t);
  if (lab === undefined) return;
  await within(open(lab.hosts), async (node) => {
    const waiting = node.run(["sleep", "30"], { deadline: 60_000 });
    const lost = assert.rejects(waiting, { code: "node.lost" });
    await node.run(["true"], { deadline: 20_000 });
    lab.host.killConnections();
    await lost;
    assert.equal((await node.run(["echo", "again"], { deadline: 20_000 })).stdout, "again\n");
  });
});

test("twenty sessions at once are opened and closed without a trace", async (t) => {
  const lab = await oneHost(t);
  if (lab === undefined) return;
  const warnings: Error[] = [];
  const note = (warning: Error): number => warnings.push(warning);
  process.on("warning", note);
  const sockets = (): readonly string[] => {
    const place = join(tmpdir(), `certwright-ssh-${userInfo().uid}`);
    return existsSync(place) ? readdirSync(place) : [];
  };
  const before = sockets();
  const sessions = await Promise.all(Array.from({ length: 20 }, () => open(lab.hosts)));
  assert.ok(sockets().length >= before.length + 20);
  await Promise.all(sessions.map((session) => session.close()));
  process.off("warning", note);
  assert.deepEqual(warnings, []);
  const deadline = performance.now() + 10_000;
  // Other tests of this machine have sockets of their own there, and close them when they like.
  while (sockets().length >= before.length + 20 && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.ok(sockets().length < before.length + 20);
});
