import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statfsSync,
  writeFileSync,
} from "node:fs";
import { test } from "node:test";

import { mainFile } from "../cli/process.ts";
import { leaveOut } from "../left-out.ts";
import { mountSmall } from "../mount-small.ts";
import { withWorkbench, type Workbench } from "./workbench.ts";

const NOBODY = 65534;

/** Each way to give a passphrase, instead of the file that the workbench's environment names. */
const without = (bench: Workbench): Record<string, string> => {
  const { CERTWRIGHT_PASSPHRASE_FILE: _, ...rest } = bench.env as Record<string, string>;
  return rest;
};

test("a wrong passphrase, a short one and none at all are told apart, and leave everything as it was", async () => {
  await withWorkbench(async (bench) => {
    await bench.done("ca", "create", "ca");
    writeFileSync(bench.path("wrong"), "not the passphrase\n", { mode: 0o600 });
    writeFileSync(bench.path("short"), "short\n", { mode: 0o600 });
    const before = readFileSync(`${bench.pki}/store.sqlite`);
    const issue = ["issue", "--profile", "tls-client", "--cn", "alice"];
    const wrong = await bench.run([...issue, "--passphrase-file", "wrong"]);
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /the passphrase does not open .*keystore\.json/);
    assert.doesNotMatch(wrong.stderr, /not the passphrase\b.*$/m);
    const none = await bench.run(issue, { env: without(bench) });
    assert.equal(none.code, 2);
    assert.match(none.stderr, /no terminal to ask on\n.*--passphrase-file FILE/);
    const empty = await bench.run([...issue, "--passphrase-file", "/dev/null"]);
    assert.match(empty.stderr, /is a character device/);
    assert.deepEqual(readFileSync(`${bench.pki}/store.sqlite`), before);
    const short = await bench.run("ca create b --dir other --passphrase-file short".split(" "));
    assert.equal(short.code, 2);
    assert.match(short.stderr, /at least 8 characters, this one has 5/);
  });
});

test("a passphrase comes through a descriptor, a pipe as well as a file", async () => {
  await withWorkbench(async (bench) => {
    await bench.done("ca", "create", "ca");
    const words = "issue --profile tls-client --cn alice --yes --passphrase-fd 3".split(" ");
    for (const kind of ["pipe", "file"] as const) {
      const child = spawn(process.execPath, [mainFile, ...words], {
        cwd: bench.folder,
        env: without(bench),
        stdio: [
          "ignore",
          "ignore",
          "inherit",
          kind === "pipe" ? "pipe" : openSync(bench.path("passphrase"), "r"),
        ],
      });
      if (kind === "pipe") {
        // Left open on purpose: a line is enough.
        const pipe = child.stdio[3] as NodeJS.WritableStream;
        pipe.write(readFileSync(bench.path("passphrase")));
      }
      const [code] = await once(child, "exit");
      assert.equal(code, 0, kind);
      child.stdio[3]?.destroy();
    }
    const closed = await bench.run(words, { env: without(bench) });
    assert.equal(closed.code, 2);
    assert.match(closed.stderr, /descriptor 3 cannot be read \((EBADF|ERR_INVALID_FD_TYPE)\)/);
  });
});

/** Runs certwright on a terminal of its own and answers each question when it is asked. */
const onTerminal = async (
  bench: Workbench,
  words: string,
  answers: readonly (readonly [question: RegExp, answer: string])[],
): Promise<{ code: number; shown: string }> => {
  // A terminal without a width is drawn one letter a line.
  const command = `stty columns 100; '${process.execPath}' '${mainFile}' ${words}`;
  const child = spawn("script", ["--quiet", "--return", "--command", command, "/dev/null"], {
    cwd: bench.folder,
    env: { ...without(bench), TERM: "xterm" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let shown = "";
  const waiting = [...answers];
  let from = 0;
  child.stdout.on("data", (text: Buffer) => {
    shown += text.toString();
    const next = waiting[0];
    if (next === undefined || !next[0].test(shown.slice(from))) return;
    waiting.shift();
    from = shown.length;
    child.stdin.write(`${next[1]}\r`);
  });
  const deadline = setTimeout(() => child.kill("SIGKILL"), 60_000);
  const [code] = await once(child, "close");
  clearTimeout(deadline);
  assert.deepEqual(waiting, [], shown);
  return { code: Number(code), shown };
};

test("on a terminal a new passphrase is asked for twice and never shown", async () => {
  await withWorkbench(async (bench) => {
    const different = await onTerminal(bench, "ca create ca", [
      [/Choose a passphrase/, "correct horse battery"],
      [/The same again/, "correct horse"],
    ]);
    assert.equal(different.code, 2, different.shown);
    assert.match(different.shown, /the two passphrases are not the same/);
    const same = await onTerminal(bench, "ca create ca", [
      [/Choose a passphrase/, "correct horse battery"],
      [/The same again/, "correct horse battery"],
    ]);
    assert.equal(same.code, 0, same.shown);
    assert.doesNotMatch(same.shown, /horse/);
    // What was typed is what the file says.
    await bench.done("issue", "--profile", "tls-client", "--cn", "alice");
  });
});

test("after a change of passphrase only the new one opens the keys", async () => {
  await withWorkbench(async (bench) => {
    await bench.done("ca", "create", "ca");
    writeFileSync(bench.path("new"), "another good passphrase", { mode: 0o600 });
    await bench.done("ca", "passphrase", "--new-passphrase-file", "new");
    const issue = ["issue", "--profile", "tls-client", "--cn", "alice"];
    assert.equal((await bench.run(issue)).code, 1);
    assert.equal((await bench.run([...issue, "--passphrase-file", "new"])).code, 0);
  });
});

test("without permission the path and the owner are named, and nothing is left behind", async (t) => {
  if (process.getuid?.() !== 0) return leaveOut(t, "only root can run a command as somebody else");
  await withWorkbench(async (bench) => {
    await bench.done("ca", "create", "ca");
    const store = await bench.run(["ca", "list"], { uid: NOBODY });
    assert.equal(store.code, 1);
    const closed =
      /error: certwright-pki: no permission to read it as uid 65534 \(mode 0700, owner uid 0\)/;
    assert.match(store.stderr, closed);
    assert.match(store.stderr, /sudo -u '#0' certwright/);
    const passphrase = await bench.run("ca passphrase --new-passphrase-fd 0".split(" "), {
      uid: NOBODY,
    });
    assert.equal(passphrase.code, 1);
    assert.match(passphrase.stderr, closed);
    const create = await bench.run("ca create b --dir elsewhere".split(" "), { uid: NOBODY });
    assert.equal(create.code, 1);
    assert.match(create.stderr, /elsewhere/);
    assert.doesNotMatch(create.stderr, /certwright itself failed/);

    // A PKI of nobody's own, and a folder to write to that is not.
    mkdirSync(bench.path("home"), { mode: 0o700 });
    spawnSync("chown", ["nobody", bench.path("home")]);
    writeFileSync(bench.path("home/passphrase"), readFileSync(bench.path("passphrase")));
    chmodSync(bench.path("home/passphrase"), 0o644);
    const env = {
      ...bench.env,
      CERTWRIGHT_PASSPHRASE_FILE: bench.path("home/passphrase"),
      CERTWRIGHT_DIR: bench.path("home/pki"),
    };
    const created = await bench.run("ca create own".split(" "), { uid: NOBODY, env });
    assert.equal(created.code, 0, created.stderr);
    assert.match(created.stderr, /every user can read .*: chmod 600/);
    const out = "issue --profile tls-client --cn alice --out".split(" ");
    const refused = await bench.run([...out, "."], { uid: NOBODY, env });
    assert.equal(refused.code, 1);
    assert.match(refused.stderr, /alice\.(key|crt): no permission to write it as uid 65534/);
    assert.equal(
      readdirSync(bench.folder).some((name) => name.includes("alice")),
      false,
    );
    const allowed = await bench.run([...out, bench.path("home/out")], { uid: NOBODY, env });
    assert.equal(allowed.code, 0, allowed.stderr);
  });
});

/** Leaves so many free blocks. */
const fill = (path: string, blocks: number): void => {
  const { bavail, bsize } = statfsSync(path);
  writeFileSync(`${path}/filler`, new Uint8Array(Math.max(0, (bavail - blocks) * bsize)));
};

test("on a full disk the command says so, and store and files are as before, however little is left", async (t) => {
  await withWorkbench(async (bench) => {
    const unmount = mountSmall(bench.path("small"), 1024);
    if (unmount === undefined) return leaveOut(t, "no small file system can be mounted here");
    try {
      const dir = ["--dir", "small/pki"];
      await bench.done("ca", "create", "ca", ...dir);
      const out = ["--out", "small", "--yes", ...dir];
      const issue = ["issue", "--profile", "tls-client", "--cn", "alice", ...out];
      await bench.done(...issue);
      let failures = 0;
      for (const blocks of [0, 1, 3, 6, 10]) {
        fill(bench.path("small"), blocks);
        const before = readFileSync(bench.path("small/alice.crt"), "utf8");
        const full = await bench.run(issue);
        const certificate = readFileSync(bench.path("small/alice.crt"), "utf8");
        const where = `${blocks} blocks free: ${full.stderr}`;
        if (full.code !== 0) {
          failures += 1;
          assert.equal(full.code, 1, where);
          assert.match(full.stderr, /no space left/, where);
          assert.equal(certificate, before, where);
        }
        assert.equal(
          await bench.openssl("x509 -noout -pubkey -in small/alice.crt"),
          await bench.openssl("pkey -pubout -in small/alice.key"),
          where,
        );
        spawnSync("rm", [bench.path("small/filler")]);
        await bench.done("ca", "log", "--limit", "1", ...dir);
      }
      assert.ok(failures >= 2, `only ${failures} runs met the full disk`);
      await bench.done(...issue);
    } finally {
      unmount();
    }
  });
});
