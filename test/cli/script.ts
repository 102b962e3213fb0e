import assert from "node:assert/strict";
import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readArchive, readWords } from "./archive.ts";
import { certwright, runProgram, type Outcome } from "./process.ts";
import { startServer, type RunningServer } from "./servers.ts";

/** The user without rights whose eyes a script borrows with "as nobody". */
const nobody = 65534;

interface Stage {
  readonly directory: string;
  readonly env: Record<string, string>;
  readonly servers: RunningServer[];
  last: Outcome | undefined;
  stdin: Uint8Array | undefined;
  uid: number | undefined;
}

/** Runs a script in an empty folder that holds its files; throws with the line that is not so. */
export const runScript = async (text: string): Promise<void> => {
  const { script, files } = readArchive(text);
  const directory = await mkdtemp(join(tmpdir(), "certwright-script-"));
  await chmod(directory, 0o755);
  const env = { PATH: process.env["PATH"] ?? "", HOME: directory, WORK: directory };
  const stage: Stage = {
    directory,
    env,
    servers: [],
    last: undefined,
    stdin: undefined,
    uid: undefined,
  };
  try {
    for (const [name, content] of files) {
      await mkdir(dirname(join(directory, name)), { recursive: true });
      await writeFile(join(directory, name), content);
    }
    for (const [i, line] of script.split("\n").entries()) {
      try {
        await runLine(stage, line);
      } catch (error) {
        const { message } = error as Error;
        const seen = stage.last;
        const output =
          seen === undefined
            ? ""
            : `\n[exit ${seen.code}]\n${seen.stdout}\n[stderr]\n${seen.stderr}`;
        throw new Error(`line ${i + 1}: ${line.trim()}\n${message}${output}`, { cause: error });
      }
    }
  } finally {
    for (const server of stage.servers) server.stop();
    await rm(directory, { recursive: true, force: true });
  }
};

const runLine = async (stage: Stage, line: string): Promise<void> => {
  const words = readWords(line, stage.env);
  const negated = words[0] === "!";
  const [verb, ...args] = negated ? words.slice(1) : words;
  if (verb === undefined) return;
  const step = steps[verb];
  assert.ok(step !== undefined, `no step is called ${verb}`);
  await step(stage, args, negated);
};

const path = (stage: Stage, name: string): string => join(stage.directory, name);

const run = async (stage: Stage, args: readonly string[], code: number): Promise<void> => {
  const { directory: cwd, env, stdin, uid } = stage;
  stage.last = await certwright(args, { cwd, env, stdin, uid });
  stage.stdin = undefined;
  stage.uid = undefined;
  assert.equal(stage.last.code, code, "exit code");
};

const match = (stage: Stage, stream: "stdout" | "stderr", pattern: string, negated: boolean) => {
  const seen = stage.last?.[stream] ?? "";
  const found = new RegExp(pattern, "m").test(seen);
  assert.equal(found, !negated, `${stream} ${found ? "matches" : "does not match"} ${pattern}`);
};

const escaped = (text: string): Buffer =>
  Buffer.from(
    text.replaceAll(/\\(x[0-9a-f]{2}|n|r|t|0|\\)/g, (_, e: string) =>
      e.startsWith("x")
        ? String.fromCharCode(Number.parseInt(e.slice(1), 16))
        : ({ n: "\n", r: "\r", t: "\t", "0": "\0" }[e] ?? "\\"),
    ),
    "latin1",
  );

const sizes: Readonly<Record<string, number>> = { k: 1024, M: 1024 ** 2, G: 1024 ** 3 };

/** Everything a script can say; test/cli/README.md describes them for readers of scripts. */
const steps: Readonly<
  Record<string, (stage: Stage, args: string[], negated: boolean) => Promise<void> | void>
> = {
  certwright: (stage, args) => run(stage, args, 0),
  exit: (stage, [code, program, ...args]) => {
    assert.equal(program, "certwright");
    return run(stage, args, Number(code));
  },
  stdout: (stage, [pattern], negated) => match(stage, "stdout", pattern!, negated),
  stderr: (stage, [pattern], negated) => match(stage, "stderr", pattern!, negated),
  within: (stage, [seconds]) =>
    assert.ok(
      stage.last!.milliseconds < Number(seconds) * 1000,
      `took ${stage.last!.milliseconds} ms`,
    ),
  cmp: async (stage, [stream, name]) => {
    const want = await readFile(path(stage, name!), "utf8");
    assert.equal(stage.last?.[stream as "stdout" | "stderr"], want);
  },
  json: (stage, [expression, want]) => {
    let value: unknown = JSON.parse(stage.last!.stdout);
    for (const key of expression!.split(".")) value = (value as Record<string, unknown>)[key];
    assert.equal(String(value), want);
  },
  stdin: async (stage, [name]) => {
    stage.stdin = await readFile(path(stage, name!));
  },
  as: (stage, [who]) => {
    assert.equal(who, "nobody");
    // Without root the tests already run as somebody whom modes bind.
    if (process.getuid?.() === 0) stage.uid = nobody;
  },
  env: (stage, [pair]) => {
    const cut = pair!.indexOf("=");
    stage.env[pair!.slice(0, cut)] = pair!.slice(cut + 1);
  },
  save: async (stage, [stream, name]) =>
    writeFile(path(stage, name!), stage.last![stream as "stdout" | "stderr"]),
  exists: async (stage, [name], negated) => {
    const there = await readFile(path(stage, name!)).then(
      () => true,
      () => false,
    );
    assert.equal(there, !negated, `${name} ${there ? "exists" : "does not exist"}`);
  },
  mkdir: async (stage, [name]) => void (await mkdir(path(stage, name!), { recursive: true })),
  cp: (stage, [from, to]) => cp(path(stage, from!), path(stage, to!)),
  rm: (stage, [name]) => rm(path(stage, name!), { recursive: true }),
  chmod: (stage, [mode, name]) => chmod(path(stage, name!), Number.parseInt(mode!, 8)),
  symlink: (stage, [target, name]) => symlink(target!, path(stage, name!)),
  mkfifo: async (stage, [name]) => {
    const made = await runProgram("mkfifo", [path(stage, name!)], {
      cwd: stage.directory,
      env: stage.env,
    });
    assert.equal(made.code, 0, made.stderr);
  },
  size: async (stage, [name, size]) => {
    const [, amount, unit] = /^(\d+)([kMG]?)$/.exec(size!)!;
    await writeFile(path(stage, name!), "", { flag: "a" });
    await truncate(path(stage, name!), Number(amount) * (sizes[unit!] ?? 1));
  },
  write: (stage, [name, text]) => writeFile(path(stage, name!), escaped(text!)),
  join: async (stage, [name, ...parts]) => {
    const contents = await Promise.all(parts.map((part) => readFile(path(stage, part))));
    await writeFile(path(stage, name!), Buffer.concat(contents));
  },
  edit: async (stage, [name, from, to]) => {
    const before = await readFile(path(stage, name!), "latin1");
    const after = before.replaceAll(new RegExp(from!, "gm"), escaped(to!).toString("latin1"));
    assert.notEqual(after, before, `${from} is not in ${name}`);
    await writeFile(path(stage, name!), after, "latin1");
  },
  fill: async (stage, [name, word, from]) => {
    const text = await readFile(path(stage, name!), "utf8");
    const value = await readFile(path(stage, from!), "utf8");
    assert.ok(text.includes(`$${word}`), `$${word} is not in ${name}`);
    await writeFile(
      path(stage, name!),
      text.replaceAll(`$${word}`, () => value),
    );
  },
  base64: async (stage, [from, to]) =>
    writeFile(path(stage, to!), (await readFile(path(stage, from!))).toString("base64")),
  openssl: async (stage, args) => {
    const { directory: cwd, env } = stage;
    const outcome = await runProgram("openssl", args, { cwd, env });
    assert.equal(outcome.code, 0, outcome.stderr);
  },
  serve: async (stage, [name, kind, ...files]) => {
    const server = await startServer(
      kind!,
      files.map((file) => path(stage, file)),
    );
    stage.servers.push(server);
    stage.env[name!] = `127.0.0.1:${server.port}`;
  },
};
