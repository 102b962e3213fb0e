import { execFile } from "node:child_process";
import type { ClientFiles, Endpoint } from "./connection.ts";
import { isRefusal, type Operation } from "./policy.ts";
import type { Recorder } from "./record.ts";

export interface EtcdctlOptions {
  readonly client: string;
  /** Path of the program. */
  readonly etcdctl: string;
  readonly endpoints: readonly Endpoint[];
  readonly files: ClientFiles;
  readonly recorder: Recorder;
}

/** One `etcdctl put` or `get` with all members as its endpoints; its own failover, its own deadlines. */
export const askEtcdctl = async (
  { client, etcdctl, endpoints, files, recorder }: EtcdctlOptions,
  operation: Operation,
  key: string,
  value: string,
): Promise<void> => {
  const startedAt = recorder.now();
  const { phase } = recorder;
  const { promise, resolve } = Promise.withResolvers<{
    code: number;
    stdout: string;
    stderr: string;
  }>();
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
      operation,
      key,
      ...(operation === "put" ? [value] : []),
    ],
    { env: { ETCDCTL_API: "3" }, encoding: "utf8" },
    (error, stdout, stderr) => resolve({ code: error === null ? 0 : 1, stdout, stderr }),
  );
  const { code, stdout, stderr } = await promise;
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
    tries: 1,
    result: code === 0 ? "answered" : "failed",
    ...(code === 0 ? {} : { why }),
    ...(revision === undefined ? {} : { revision: BigInt(revision) }),
  });
};
