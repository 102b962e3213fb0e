import { execFile } from "node:child_process";
import type { ClientFiles, Endpoint } from "./connection.ts";
import { isRefusal, type Operation } from "./policy.ts";
import type { Recorder } from "../load/record.ts";

export interface EtcdctlOptions {
  readonly client: string;
  /** Path of the program. */
  readonly etcdctl: string;
  readonly endpoints: readonly Endpoint[];
  readonly files: ClientFiles;
  readonly recorder: Recorder;
}

/** What it says of a write that met a change of leader; see policy.ts. */
const inDoubtWords = /raft proposal dropped|request timed out|deadline exceeded|leader changed/;

/** What Go says of a stream that a stopping member ended before it gave it any header: see wasCut in policy.ts. */
const cutWords = /missing (?:HTTP )?content-type/;

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * One `etcdctl put` or `get` with all members as its endpoints: its own failover, its own deadlines. A put that it
 * leaves in doubt is done once more, as a script does that is safe to run twice; so is what was cut.
 */
export const askEtcdctl = async (
  options: EtcdctlOptions,
  operation: Operation,
  key: string,
  value: string,
): Promise<void> => {
  const { client, recorder } = options;
  const startedAt = recorder.now();
  const { phase } = recorder;
  const words = [operation, key, ...(operation === "put" ? [value] : [])];
  let ended = await runEtcdctl(options, words);
  const failed = ended.code !== 0;
  const wasCut = failed && cutWords.test(ended.stderr);
  const inDoubt = operation === "put" && (wasCut || (failed && inDoubtWords.test(ended.stderr)));
  const again = inDoubt || wasCut;
  if (again) ended = await runEtcdctl(options, words);
  const { code, stdout, stderr } = ended;
  const why = stderr.trim().split("\n").at(-1) ?? "";
  if (isRefusal(stderr)) recorder.refused(client, "any", why);
  const revision = operation === "put" ? /"revision":(\d+)/.exec(stdout)?.[1] : undefined;
  recorder.add({
    client,
    operation,
    startedAt,
    endedAt: recorder.now(),
    phase,
    endpoint: "any",
    // What it does within itself is not seen.
    tries: again ? 2 : 1,
    inDoubt,
    result: code === 0 ? "answered" : "failed",
    ...(code === 0 ? {} : { why }),
    ...(revision === undefined ? {} : { revision: BigInt(revision) }),
  });
};

const runEtcdctl = (
  { etcdctl, endpoints, files }: EtcdctlOptions,
  words: readonly string[],
): Promise<Ended> => {
  const { promise, resolve } = Promise.withResolvers<Ended>();
  execFile(
    etcdctl,
    [
      "--endpoints",
      endpoints.map(({ host, port }) => `${host}:${port}`).join(","),
      "--cacert",
      files.trust,
      "--cert",
      files.certificate,
      "--key",
      files.key,
      "--write-out=json",
      ...words,
    ],
    { env: { ETCDCTL_API: "3" }, encoding: "utf8" },
    (error, stdout, stderr) => resolve({ code: error === null ? 0 : 1, stdout, stderr }),
  );
  return promise;
};
