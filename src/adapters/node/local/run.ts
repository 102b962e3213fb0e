import { spawn } from "node:child_process";

import { failure } from "../../../core/errors/certwright-error.ts";
import type { RunResult } from "../../../ports/node.ts";
import { OUTPUT_LIMIT } from "../limits.ts";
import { systemPath } from "../system-path.ts";

/** A service that was started may hold its starter's output open for ever; what the starter itself said is there by then. */
const drainDeadline = 500;

/** A rescue shell or a service may have no PATH, and the programs that are asked for are the system's. */
const environment = (): NodeJS.ProcessEnv =>
  (process.env["PATH"] ?? "") === "" ? { ...process.env, PATH: systemPath } : process.env;

/** See NodeSession.run. */
export const runLocal = (
  node: string,
  command: readonly string[],
  options: { readonly deadline: number; readonly input?: Uint8Array },
): Promise<RunResult> => {
  const [program = "", ...words] = command;
  const { promise, resolve, reject } = Promise.withResolvers<RunResult>();
  const child = spawn(program, words, {
    stdio: ["pipe", "pipe", "pipe"],
    cwd: "/",
    env: environment(),
    // A session of its own: Ctrl-C, which a terminal sends to every process of a group, lets the step that is under way
    // end, and a member that its service command left in the background does not end with certwright.
    detached: true,
  });
  let drain: NodeJS.Timeout | undefined;
  const end = (settle: () => void): void => {
    clearTimeout(timer);
    clearTimeout(drain);
    child.stdout.destroy();
    child.stderr.destroy();
    settle();
  };
  const stop = (error: Error): void => {
    child.kill("SIGKILL");
    end(() => reject(error));
  };
  const timer = setTimeout(() => {
    const awaited = `${command.join(" ")} to end`;
    stop(failure("node.deadline", { node, awaited, milliseconds: options.deadline }));
  }, options.deadline);
  const collect = (stream: NodeJS.ReadableStream): (() => string) => {
    const chunks: Buffer[] = [];
    let length = 0;
    stream.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length > OUTPUT_LIMIT) {
        stop(failure("node.output-too-big", { node, program, limit: OUTPUT_LIMIT }));
      } else chunks.push(chunk);
    });
    return () => Buffer.concat(chunks).toString("utf8");
  };
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  // A program that does not read its input is no failure.
  child.stdin.on("error", () => {});
  child.stdin.end(options.input);
  const finish = (code: number | null): void =>
    end(() => resolve({ code: code ?? 128, stdout: stdout(), stderr: stderr() }));
  child.on("error", (error: NodeJS.ErrnoException) => {
    end(() =>
      reject(
        error.code === "ENOENT"
          ? failure("node.program-missing", { node, program }, error)
          : failure("node.program-unusable", { node, program, why: error.code ?? error.message }),
      ),
    );
  });
  child.on("exit", (code) => {
    drain = setTimeout(() => finish(code), drainDeadline);
  });
  child.on("close", finish);
  return promise;
};
