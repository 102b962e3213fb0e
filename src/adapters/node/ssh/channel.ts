import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";

import { failure } from "../../../core/errors/certwright-error.ts";
import { shellWord } from "../../../core/text/shell-word.ts";
import { FILE_LIMIT, OUTPUT_LIMIT } from "../limits.ts";
import { sshWords, type SshAccess } from "./destination.ts";
import { frameScript, isComplete, readFrame, type Frame } from "./frame.ts";
import { nameSshFailure, nameSudoFailure } from "./name-failure.ts";
import { spawnTurn } from "./spawn-turn.ts";

/** An open way to a machine: what every call needs. */
export interface Channel {
  readonly node: string;
  readonly access: SshAccess;
  /** Words of ssh's multiplexing. */
  readonly multiplexing: readonly string[];
}

export interface Call {
  /** POSIX sh; see frameScript. */
  readonly script: string;
  readonly words: readonly string[];
  /** What is awaited, in words. */
  readonly awaited: string;
  /** Milliseconds. */
  readonly deadline: number;
  readonly input?: Uint8Array;
  /** How many files may be in the answer; 1 when absent. */
  readonly files?: number;
  /** "told": the script itself runs under sudo where access says so; "never": it calls sudo itself, or needs none. */
  readonly sudo: "told" | "never";
}

export interface Answer extends Frame {
  readonly stderr: string;
}

/** After a script's last line, for what it said on its other output and is still on its way. */
const drainDeadline = 500;
/** Files, their facts twice, and what login files print. */
const answerLimit = (files: number): number => files * FILE_LIMIT + OUTPUT_LIMIT;

/** Quoted for the machine's login shell, which ssh hands one line: it must be one that quotes as POSIX says. */
export const remoteLine = (words: readonly string[]): string => words.map(shellWord).join(" ");

/** A word that appears nowhere else: in frames and in names of temporary files. */
export const newToken = (): string => randomBytes(8).toString("hex");

export const scriptLine = (
  token: string,
  sudo: boolean,
  script: string,
  words: readonly string[],
) =>
  remoteLine([
    "exec",
    ...(sudo ? ["env", "LC_ALL=C", "sudo", "-n", "--"] : []),
    "sh",
    "-c",
    frameScript + script,
    "certwright",
    token,
    ...words,
  ]);

/** Runs a script there and waits for its end. Throws node.*; a script's own failures are its answer. */
export const call = async (channel: Channel, what: Call, token = newToken()): Promise<Answer> => {
  const { node, access } = channel;
  const sudo = what.sudo === "told" && access.sudo;
  await spawnTurn();
  const child = spawn(
    "ssh",
    [
      ...sshWords(access, channel.multiplexing, "ERROR"),
      "--",
      access.destination,
      scriptLine(token, sudo, what.script, what.words),
    ],
    // A session of its own: Ctrl-C on a terminal is certwright's, and the step that is under way ends.
    { stdio: ["pipe", "pipe", "pipe"], detached: true },
  );
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const output = collect(child, answerLimit(what.files ?? 1), (): void => {
    const program = what.awaited;
    stop(failure("node.output-too-big", { node, program, limit: OUTPUT_LIMIT }));
  });
  let drain: NodeJS.Timeout | undefined;
  const end = (): void => {
    clearTimeout(timer);
    clearTimeout(drain);
    child.kill("SIGKILL");
    child.stdout!.destroy();
    child.stderr!.destroy();
  };
  const stop = (error: Error): void => {
    end();
    reject(error);
  };
  const timer = setTimeout(() => {
    const { awaited, deadline: milliseconds } = what;
    stop(failure("node.deadline", { node, awaited, milliseconds }));
  }, what.deadline);
  const settle = (): void => {
    end();
    const frame = readFrame(output.stdout(), token);
    const stderr = output.stderr();
    if (typeof frame === "object") resolve({ ...frame, stderr });
    else if (frame === "begun") reject(nameSshFailure(node, access, stderr, "call"));
    else
      reject((sudo && nameSudoFailure(node, access, stderr)) || notStarted(channel, child, stderr));
  };
  child.stdout!.on("data", () => {
    if (drain === undefined && isComplete(output.tail(), token)) {
      drain = setTimeout(settle, drainDeadline);
    }
  });
  child.on("error", (error) => stop(noSsh(node, error)));
  child.on("close", settle);
  // A script that does not read its input, or a connection that is lost: the output tells.
  child.stdin!.on("error", () => {});
  child.stdin!.end(what.input);
  return promise;
};

export const noSsh = (node: string, error: NodeJS.ErrnoException): Error =>
  error.code === "ENOENT"
    ? failure("node.no-ssh", { node }, error)
    : failure("node.program-unusable", { node, program: "ssh", why: error.code ?? error.message });

/** ssh itself ends with 255 when it fails (ssh(1), EXIT STATUS); anything else is what the login shell ended with. */
const notStarted = ({ node, access }: Channel, child: ChildProcess, stderr: string): Error =>
  child.exitCode === 255 || child.exitCode === null
    ? nameSshFailure(node, access, stderr, "call")
    : failure("node.shell-unusable", { node, why: shellWords(stderr, child.exitCode) });

const shellWords = (stderr: string, code: number): string =>
  stderr.trim() === "" ? `it ended with ${code}` : stderr.trim().slice(0, 300);

const collect = (child: ChildProcess, limit: number, tooMuch: () => void) => {
  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  for (const name of ["stdout", "stderr"] as const) {
    let length = 0;
    child[name]!.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > limit) tooMuch();
      else chunks[name].push(chunk);
    });
  }
  return {
    stdout: () => Buffer.concat(chunks.stdout),
    stderr: () => Buffer.concat(chunks.stderr).toString("utf8"),
    /** The last line has some fifty bytes: more than a few chunks it cannot be broken into. */
    tail: () => Buffer.concat(chunks.stdout.slice(-4)),
  };
};
