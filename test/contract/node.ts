import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { test, type TestContext } from "node:test";
import type { Digest } from "../../src/core/model/inventory.ts";
import type { NodeSession, NodeWrite } from "../../src/ports/node.ts";
import { componentProgram } from "../../tools/components/cache.ts";
import { leaveOut } from "../left-out.ts";

/** A way to a machine under test, with a folder that both the machine and the test see. */
export interface NodeUnderTest {
  readonly open: () => Promise<NodeSession>;
  /** A fresh empty folder. */
  readonly folder: () => string;
  /** An address of the test's own machine, as the machine under test reaches it. */
  readonly testAddress: string;
  /** How long one call may take on a busy machine. */
  readonly deadline: number;
}

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const text = (from: Uint8Array | undefined): string | undefined =>
  from === undefined ? undefined : new TextDecoder().decode(from);
export const digest = (of: Uint8Array | string): Digest =>
  createHash("sha256").update(of).digest("hex") as Digest;
export const replacing = (path: string, before: string, after: string): NodeWrite => ({
  path,
  bytes: bytes(after),
  expect: digest(before),
  mode: 0o600,
});
export const creating = (path: string, after: string, mode = 0o640): NodeWrite => ({
  path,
  bytes: bytes(after),
  expect: undefined,
  mode,
});

/** The component's, or the system's. */
export const aclPrograms = (): { setfacl: string; getfacl: string } | undefined => {
  const found = (name: string): string | undefined =>
    ["/usr/bin", "/bin"].map((folder) => join(folder, name)).find((path) => existsSync(path)) ??
    componentProgram("acl", name);
  const [setfacl, getfacl] = [found("setfacl"), found("getfacl")];
  return setfacl === undefined || getfacl === undefined ? undefined : { setfacl, getfacl };
};

/** What every way to a machine must keep; see NodeSession. */
export const nodeContract = (title: string, under: NodeUnderTest): void => {
  const within = (
    sentence: string,
    body: (node: NodeSession, folder: string, t: TestContext) => Promise<void>,
  ): void => {
    void test(`${title}: ${sentence}`, async (t) => {
      const session = await under.open();
      try {
        await body(session, under.folder(), t);
      } finally {
        await session.close();
      }
    });
  };

  within("a file is read with its facts", async (node, folder) => {
    const path = join(folder, "ca.crt");
    writeFileSync(path, "certificate\n");
    chmodSync(path, 0o640);
    const { bytes: content, facts } = (await node.read(path))!;
    assert.equal(text(content), "certificate\n");
    const { uid, gid, ctimeMs } = statSync(path);
    assert.equal(facts.digest, digest("certificate\n"));
    assert.deepEqual([facts.size, facts.mode, facts.uid, facts.gid], [12, 0o640, uid, gid]);
    assert.ok(Math.abs(facts.changedAt - ctimeMs) <= 1, `${facts.changedAt} is not ${ctimeMs}`);
    assert.deepEqual(await node.facts(path), facts);
  });

  within(
    "every byte comes back as it was, also in an empty file and one of 1 MiB",
    async (node, folder) => {
      const path = join(folder, "any");
      for (const content of [
        Buffer.alloc(0),
        Buffer.from([0, 10, 13, 255, 10, 0]),
        randomBytes(1024 * 1024),
      ]) {
        writeFileSync(path, content);
        const file = await node.read(path);
        assert.ok(Buffer.from(file!.bytes).equals(content), `${content.length} bytes`);
      }
    },
  );

  within(
    "of a hundred that are read at the same time each is what it is, or the reason why it is not",
    async (node, folder) => {
      const paths = Array.from({ length: 100 }, (_, i) => join(folder, `file ${i}'s`));
      const content = (i: number): string => `certwright-end-${i} 0\n${"x\n".repeat(i)}`;
      for (const [i, path] of paths.entries()) {
        if (i % 10 === 3) mkdirSync(path);
        else if (i % 10 !== 7) writeFileSync(path, content(i));
      }
      const found = await Promise.allSettled(["relative", ...paths].map((path) => node.read(path)));
      const [relative, ...files] = found.map((one) =>
        one.status === "fulfilled"
          ? text(one.value?.bytes)
          : (one.reason as { readonly code: string }).code,
      );
      assert.equal(relative, "node.path-not-absolute");
      const expected = paths.map((_, i) =>
        i % 10 === 3 ? "node.not-a-file" : i % 10 === 7 ? undefined : content(i),
      );
      assert.deepEqual(files, expected);
    },
  );

  within("where nothing is, nothing is read", async (node, folder) => {
    assert.equal(await node.read(join(folder, "absent")), undefined);
    assert.equal(await node.facts(join(folder, "absent", "deeper")), undefined);
  });

  within("what is no regular file is refused, without hanging", async (node, folder) => {
    execFileSync("mkfifo", [join(folder, "fifo")]);
    symlinkSync("nowhere", join(folder, "dangling"));
    symlinkSync("loop", join(folder, "loop"));
    writeFileSync(join(folder, "plain"), "");
    for (const path of ["", "fifo", "dangling", "loop", "plain/x"].map((name) =>
      join(folder, name),
    )) {
      await assert.rejects(node.read(path), { code: "node.not-a-file" }, path);
      await assert.rejects(node.facts(path), { code: "node.not-a-file" }, path);
    }
    await assert.rejects(node.read("/dev/zero"), { code: "node.not-a-file" });
    await assert.rejects(node.read("relative"), { code: "node.path-not-absolute" });
  });

  within("more than 1 MiB is refused by its size", async (node, folder) => {
    const path = join(folder, "huge");
    writeFileSync(path, "");
    truncateSync(path, 2 * 1024 ** 3);
    await assert.rejects(node.read(path), {
      code: "node.file-too-big",
      message: `${node.name}: ${path}: 2147483648 bytes, more than the 1048576 allowed`,
    });
    const write = { ...creating(join(folder, "new"), ""), bytes: new Uint8Array(1024 * 1024 + 1) };
    await assert.rejects(node.write([write]), { code: "node.file-too-big" });
  });

  within(
    "a replaced file keeps its mode and owner, and nothing is left beside it",
    async (node, folder) => {
      const path = join(folder, "server.key");
      writeFileSync(path, "old");
      chmodSync(path, 0o640);
      if (process.getuid?.() === 0) chownSync(path, 4242, 4343);
      const before = statSync(path);
      await node.write([replacing(path, "old", "new")]);
      assert.equal(readFileSync(path, "utf8"), "new");
      const after = statSync(path);
      assert.deepEqual([after.mode, after.uid, after.gid], [before.mode, before.uid, before.gid]);
      assert.notEqual(after.ino, before.ino, "it was replaced, not written into");
      assert.deepEqual(readdirSync(folder), ["server.key"]);
    },
  );

  within("an access control list is kept", async (node, folder, t) => {
    const programs = aclPrograms();
    if (programs === undefined) {
      leaveOut(t, "there is no setfacl: npm run components acl");
      return;
    }
    const path = join(folder, "server.key");
    writeFileSync(path, "old", { mode: 0o600 });
    execFileSync(programs.setfacl, ["-m", "u:daemon:r", path]);
    const list = (): string => execFileSync(programs.getfacl, ["-pc", path], { encoding: "utf8" });
    const before = list();
    assert.match(before, /user:daemon:r--/);
    await node.write([replacing(path, "old", "new")]);
    assert.equal(readFileSync(path, "utf8"), "new");
    assert.equal(list(), before);
  });

  within(
    "a new file has the mode it was given, whatever the umask, and its owner",
    async (node, folder) => {
      const [key, certificate] = [join(folder, "a.key"), join(folder, "a.crt")];
      const owner = process.getuid?.() === 0 ? { owner: { user: "nobody", group: "daemon" } } : {};
      await node.write([
        { ...creating(key, "key", 0o600), ...owner },
        creating(certificate, "certificate", 0o664),
      ]);
      assert.equal(statSync(key).mode & 0o7777, 0o600);
      assert.equal(statSync(certificate).mode & 0o7777, 0o664);
      if (process.getuid?.() === 0) {
        assert.equal(statSync(key).uid, Number(execFileSync("id", ["-u", "nobody"])));
        assert.equal(statSync(key).gid, Number(execFileSync("id", ["-g", "daemon"])));
      }
      assert.deepEqual(readdirSync(folder).toSorted(), ["a.crt", "a.key"]);
    },
  );

  within(
    "an owner that the machine does not know is refused before anything is written",
    async (node, folder) => {
      const path = join(folder, "a.key");
      const write = { ...creating(path, "key"), owner: { user: "nobody-of-this-name" } };
      await assert.rejects(node.write([creating(join(folder, "first"), ""), write]), {
        code: "node.no-such-account",
      });
      assert.deepEqual(readdirSync(folder), []);
    },
  );

  within(
    "what is not as expected is left alone, and so are the files written with it",
    async (node, folder) => {
      const [first, second] = [join(folder, "first"), join(folder, "second")];
      writeFileSync(first, "one");
      writeFileSync(second, "edited by hand");
      const found = async (write: NodeWrite, words: string): Promise<void> => {
        await assert.rejects(node.write([replacing(first, "one", "two"), write]), {
          code: "node.changed",
          message: `${node.name}: ${write.path}: ${words} since it was looked at; nothing was written`,
        });
        assert.equal(readFileSync(first, "utf8"), "one");
      };
      await found(replacing(second, "two", "three"), "was changed");
      await found(creating(second, "three"), "was created");
      await found(replacing(join(folder, "third"), "two", "three"), "was removed");
      assert.equal(readFileSync(second, "utf8"), "edited by hand");
      assert.deepEqual(readdirSync(folder).toSorted(), ["first", "second"]);
    },
  );

  within("an operator's link is followed and stays a link", async (node, folder) => {
    const [path, target] = [join(folder, "current.crt"), join(folder, "v1.crt")];
    writeFileSync(target, "old");
    symlinkSync("v1.crt", path);
    await node.write([replacing(path, "old", "new")]);
    assert.ok(lstatSync(path).isSymbolicLink());
    assert.equal(readFileSync(target, "utf8"), "new");
  });

  within(
    "a link is laid and led elsewhere, and nothing is left beside it",
    async (node, folder) => {
      const [path, one, two] = ["current.pem", "one.pem", "two\n"].map((name) =>
        join(folder, name),
      ) as [string, string, string];
      writeFileSync(one, "1");
      writeFileSync(two, "2");
      assert.equal(await node.readLink(path), undefined);
      await node.link({ path, target: one, expect: undefined });
      assert.equal((await node.readLink(path))?.target, one);
      symlinkSync("nowhere", join(folder, ".current.pem.certwright-0.tmp"));
      const { changedAt } = (await node.readLink(path))!;
      const ctime = lstatSync(path).ctimeMs;
      assert.ok(Math.abs(changedAt - ctime) <= 1, `${changedAt} is not ${ctime}`);
      await node.link({ path, target: two, expect: one });
      assert.equal((await node.readLink(path))?.target, two);
      assert.equal(text((await node.read(path))?.bytes), "2");
      assert.equal(readFileSync(one, "utf8"), "1");
      assert.deepEqual(readdirSync(folder).toSorted(), ["current.pem", "one.pem", "two\n"]);
      // One that leads nowhere is a link like others.
      await node.link({ path, target: join(folder, "gone"), expect: two });
      await node.link({ path, target: one, expect: join(folder, "gone") });
      assert.equal((await node.readLink(path))?.target, one);
    },
  );

  within("a link that somebody else changed stays as it is", async (node, folder) => {
    const path = join(folder, "current.pem");
    const refused = (expect: string | undefined, found: string): Promise<void> =>
      assert.rejects(node.link({ path, target: "/new", expect }), {
        code: "node.changed",
        message: `${node.name}: ${path}: ${found} since it was looked at; nothing was written`,
      });
    await refused("/old", "was removed");
    symlinkSync("/theirs", path);
    await refused("/old", "was changed");
    await refused(undefined, "was created");
    assert.equal((await node.readLink(path))?.target, "/theirs");
    assert.deepEqual(readdirSync(folder), ["current.pem"]);
  });

  within("what is no link is neither read nor replaced as one", async (node, folder) => {
    const [file, lead] = [join(folder, "file"), join(folder, "to-a-folder")];
    writeFileSync(file, "kept");
    symlinkSync(folder, lead);
    for (const path of [file, folder]) {
      await assert.rejects(node.readLink(path), { code: "node.not-a-link" });
      await assert.rejects(node.link({ path, target: "/new", expect: "/old" }), {
        code: "node.not-a-link",
      });
    }
    await assert.rejects(node.link({ path: lead, target: "/new", expect: folder }), {
      code: "node.not-a-file",
    });
    const nowhere = join(folder, "absent", "link");
    await assert.rejects(node.link({ path: nowhere, target: "/new", expect: undefined }), {
      code: "node.no-folder",
    });
    await assert.rejects(node.readLink("relative"), { code: "node.path-not-absolute" });
    await assert.rejects(node.link({ path: file, target: "relative", expect: undefined }), {
      code: "node.path-not-absolute",
    });
    assert.equal(readFileSync(file, "utf8"), "kept");
    assert.deepEqual(readdirSync(folder).toSorted(), ["file", "to-a-folder"]);
  });

  within(
    "names with spaces, quotes, newlines, dashes and every letter are names like others",
    async (node, folder) => {
      const names = [
        "a b",
        "it's",
        '"quoted"',
        "two\nlines",
        "end\n",
        "-rf",
        "$HOME `id` \\n \\",
        "*?[x]",
        "été-世界",
        "%s;&|<>#~",
      ];
      for (const name of names) {
        mkdirSync(join(folder, name));
        const path = join(folder, name, name);
        await node.write([creating(path, "one")]);
        await node.write([replacing(path, "one", "two")]);
        assert.equal(text((await node.read(path))?.bytes), "two", name);
        assert.deepEqual(readdirSync(join(folder, name)), [name]);
        await node.remove(path, digest("two"));
        assert.deepEqual(readdirSync(join(folder, name)), []);
      }
    },
  );

  within(
    "what a killed run left beside a file goes with the next write, and nothing else does",
    async (node, folder) => {
      const path = join(folder, "a.key");
      writeFileSync(join(folder, ".a.key.certwright-0123456789abcdef.tmp"), "half a k");
      writeFileSync(join(folder, ".b.key.certwright-0123456789abcdef.tmp"), "another's");
      await node.write([creating(path, "key")]);
      assert.deepEqual(readdirSync(folder).toSorted(), [
        ".b.key.certwright-0123456789abcdef.tmp",
        "a.key",
      ]);
    },
  );

  within("a folder that is not there, and one that is a file, are told", async (node, folder) => {
    await assert.rejects(node.write([creating(join(folder, "no", "a.key"), "key")]), {
      code: "node.no-folder",
    });
    writeFileSync(join(folder, "plain"), "");
    await assert.rejects(node.write([creating(join(folder, "plain", "a.key"), "key")]), {
      code: "node.not-a-file",
    });
    mkdirSync(join(folder, "folder"));
    await assert.rejects(node.write([replacing(join(folder, "folder"), "", "key")]), {
      code: "node.not-a-file",
    });
  });

  within("a file is removed only while it is the one that was meant", async (node, folder) => {
    const path = join(folder, "a.crt");
    writeFileSync(path, "one");
    await assert.rejects(node.remove(path, digest("two")), { code: "node.changed" });
    assert.equal(readFileSync(path, "utf8"), "one");
    await node.remove(path, digest("one"));
    assert.deepEqual(readdirSync(folder), []);
    await assert.rejects(node.remove(path, digest("one")), { code: "node.changed" });
  });

  within(
    "a program runs with its words as they are, its input, and its outputs and code apart",
    async (node) => {
      const words = ["a b", "it's", "", "-n", "$HOME", "two\nlines", "\\n\\\\", "*", "世界"];
      const { deadline } = under;
      const said = await node.run(["printf", "[%s]", ...words], { deadline });
      assert.deepEqual(said, {
        code: 0,
        stdout: words.map((word) => `[${word}]`).join(""),
        stderr: "",
      });
      const input = bytes("from here\n");
      assert.equal((await node.run(["cat"], { deadline, input })).stdout, "from here\n");
      const failed = await node.run(["ls", "/nowhere-of-this-name"], { deadline });
      assert.ok(failed.code > 0, "busybox says 1, GNU says 2");
      assert.match(failed.stderr, /nowhere-of-this-name/);
    },
  );

  within("a program that is not there is told apart from one that fails", async (node) => {
    const { deadline } = under;
    await assert.rejects(node.run(["no-program-of-this-name"], { deadline }), {
      code: "node.program-missing",
    });
    await assert.rejects(node.run(["/nowhere/x"], { deadline }), { code: "node.program-missing" });
  });

  within("a program that does not end is given up at the deadline", async (node) => {
    const started = performance.now();
    await assert.rejects(node.run(["sleep", "300"], { deadline: 300 }), {
      code: "node.deadline",
      message: `${node.name}: waited 0.3 s in vain for sleep 300 to end`,
    });
    assert.ok(performance.now() - started < under.deadline);
  });

  within("a program that says too much is ended", async (node) => {
    await assert.rejects(node.run(["yes"], { deadline: under.deadline }), {
      code: "node.output-too-big",
    });
  });

  within(
    "a program that starts another one in the background is not waited for twice",
    async (node, folder) => {
      const script = join(folder, "service");
      writeFileSync(script, '#!/bin/sh\nsleep 60 &\necho $! > "$0.pid"\necho started\n', {
        mode: 0o755,
      });
      const { code, stdout } = await node.run([script], { deadline: under.deadline });
      const pid = Number(readFileSync(`${script}.pid`, "utf8"));
      const found = (await node.processes("sleep")).find((one) => one.pid === pid);
      await node.run(["kill", String(pid)], { deadline: under.deadline });
      assert.deepEqual([code, stdout], [0, "started\n"]);
      assert.deepEqual(found?.command, ["sleep", "60"]);
    },
  );

  within(
    "a process is found by its program's name, with a start that lies after a change before it",
    async (node, folder) => {
      const [script, changed] = [join(folder, "start"), join(folder, "changed")];
      // Its own program, so that no other test's is found.
      execFileSync("cp", ["/bin/sleep", join(folder, "sleeper")]);
      writeFileSync(
        script,
        '#!/bin/sh\necho x > "$1"\nsleep 0.1\n"$2" 60 </dev/null >/dev/null 2>&1 &\nsleep 0.1\necho x > "$1.after"\n',
        { mode: 0o755 },
      );
      await node.run([script, changed, join(folder, "sleeper")], { deadline: under.deadline });
      const found = await node.processes("sleeper");
      for (const { pid } of found)
        await node.run(["kill", String(pid)], { deadline: under.deadline });
      assert.equal(found.length, 1);
      assert.equal(found[0]!.command[0], join(folder, "sleeper"));
      const [before, after] = [
        (await node.facts(changed))!,
        (await node.facts(`${changed}.after`))!,
      ];
      assert.ok(found[0]!.startedAt > before.changedAt, "it started after the first change");
      assert.ok(found[0]!.startedAt < after.changedAt, "it started before the second");
      assert.deepEqual(await node.processes("no-program-of-this-name"), []);
    },
  );

  within("its clock is told with how far off that may be", async (node) => {
    const { skew, uncertainty } = await node.clockSkew();
    assert.ok(uncertainty >= 0 && uncertainty < under.deadline);
    assert.ok(Math.abs(skew) <= uncertainty + 1, `${skew} ± ${uncertainty}`);
  });

  within("free space is told, also for a path that is not there yet", async (node, folder) => {
    const free = await node.freeBytes(join(folder, "a", "b"));
    const own =
      Number(
        execFileSync("df", ["-P", "-k", folder], { encoding: "utf8" })
          .split("\n")[1]!
          .split(/\s+/)[3],
      ) * 1024;
    assert.ok(Math.abs(free - own) < 512 * 1024 * 1024, `${free} is not about ${own}`);
  });

  within(
    "a connection made there carries bytes both ways and ends when the other side ends it",
    async (node) => {
      const server = createServer((socket) => {
        socket.on("data", (chunk) => socket.end(`echo ${chunk.toString()}`));
        socket.on("error", () => {});
      });
      server.listen(0, under.testAddress);
      await new Promise((resolve) => server.once("listening", resolve));
      const { port } = server.address() as { port: number };
      try {
        const { stream } = await node.dial(under.testAddress, port, under.deadline);
        const duplex = stream as Duplex;
        duplex.write("hello");
        const chunks: Buffer[] = [];
        for await (const chunk of duplex) chunks.push(chunk as Buffer);
        assert.equal(Buffer.concat(chunks).toString(), "echo hello");
      } finally {
        server.close();
      }
      const target = `${under.testAddress}:${port}`;
      await assert.rejects(node.dial(under.testAddress, port, under.deadline), {
        code: "node.dial-refused",
        message: `${node.name}: nothing listens on ${target}, seen from there`,
      });
    },
  );
};
