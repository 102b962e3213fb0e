import { execFileSync, spawnSync } from "node:child_process";

/** Whether OpenSSL 3's command line is here, the independent reader and writer of these tests. */
export const openssl3: boolean = (
  spawnSync("openssl", ["version"], { encoding: "utf8" }).stdout ?? ""
).startsWith("OpenSSL 3.");

/** Runs openssl and returns what it printed; throws with its words when it fails. */
export const openssl = (args: readonly string[], input?: string | Uint8Array): string => {
  const result = spawnSync("openssl", args, {
    ...(input === undefined ? {} : { input }),
    encoding: "utf8",
    timeout: 60_000,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.status !== 0)
    throw new Error(`openssl ${args.join(" ")}: ${result.stderr}${result.stdout}`);
  return result.stdout + result.stderr;
};

/** As {@link openssl}, for binary output. */
export const opensslBytes = (args: readonly string[], input?: Uint8Array): Uint8Array =>
  new Uint8Array(
    execFileSync("openssl", args, {
      ...(input === undefined ? {} : { input }),
      stdio: ["pipe", "pipe", "ignore"],
      timeout: 60_000,
    }),
  );
