import { execFileSync, spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** A process that holds namespaces; they and everything in them end with it. */
export interface Holder {
  /** Number of process 1 inside, as seen from here. */
  readonly pid: number;
  end(): Promise<void>;
}

/** Creating namespaces and a few mounts takes milliseconds; a machine with two busy cores may need far longer. */
const readyDeadline = 20_000;

/**
 * Starts `command` as process 1 of new namespaces and waits for its line "ready".
 * The kernel ends it when this process ends, however that happens (PR_SET_PDEATHSIG, twice).
 */
export const hold = async (
  namespaces: readonly string[],
  command: readonly string[],
): Promise<Holder> => {
  const words = ["--pdeathsig", "KILL", "unshare", ...namespaces, "--fork", "--kill-child=KILL"];
  const child = spawn("setpriv", [...words, "--", ...command], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let said = "";
  const timer = setTimeout(
    () => reject(new Error(`${command[0]} not ready: ${said}`)),
    readyDeadline,
  );
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  child.stdout.on("data", (chunk: Buffer) => chunk.toString().includes("ready") && resolve());
  child.on("exit", () => reject(new Error(`${command.join(" ")}: ${said}`)));
  child.on("error", reject);
  const gone = new Promise<void>((done) => child.once("exit", () => done()));
  const end = async (): Promise<void> => {
    child.kill("SIGKILL");
    await gone;
  };
  try {
    await promise;
  } catch (error) {
    await end();
    throw error;
  } finally {
    clearTimeout(timer);
  }
  const children = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8");
  return { pid: Number(children.trim()), end };
};

/** The command that runs another one there, for whoever does not stand still meanwhile. */
export const entering = (
  { pid }: Pick<Holder, "pid">,
  where: "network" | "host",
  command: readonly string[],
): readonly [string, ...string[]] => {
  const flags = where === "network" ? ["--net"] : ["--net", "--pid", "--mount", "--uts", "--wd=/"];
  return ["nsenter", "--target", String(pid), ...flags, "--", ...command];
};

/** Runs a program in a holder's network alone, or in all its namespaces. Throws with what it said when it fails. */
export const enter = (
  holder: Pick<Holder, "pid">,
  where: "network" | "host",
  command: readonly string[],
): string => {
  const [file, ...words] = entering(holder, where, command);
  return execFileSync(file, words, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    timeout: readyDeadline,
  });
};
