/** A real PostgreSQL. Its database is made once for all cases; each starts its own server on it. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as later } from "node:timers/promises";
import { componentProgram } from "../../../../tools/components/cache.ts";
import { freePorts } from "../../../../src/adapters/etcd/free-ports.ts";
import { startListening, type Printing } from "../../../tls/servers.ts";
import { asNobody } from "./as-nobody.ts";
import type { Lab } from "./lab.ts";

let database: string | undefined;

/** initdb takes a second on two quiet cores. */
const initDeadline = 60_000;

const sharedDatabase = (): string => {
  if (database !== undefined) return database;
  const folder = mkdtempSync(join(tmpdir(), "certwright-postgresql-"));
  const [program, args] = asNobody(componentProgram("postgresql", "initdb")!, [
    "--pgdata", folder, "--username", "postgres", "--auth", "reject",
    "--encoding", "UTF8", "--locale", "C", "--no-sync",
  ]); // prettier-ignore
  try {
    execFileSync(program, args, { stdio: ["ignore", "ignore", "pipe"], timeout: initDeadline });
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  database = folder;
  return folder;
};

export const removeDatabase = (): void => {
  if (database !== undefined) rmSync(database, { recursive: true, force: true });
  database = undefined;
};

export interface PostgresqlWish {
  /** Absent: ssl = off. */
  readonly cert?: string;
  readonly key?: string;
  readonly clientCa?: string;
  /** The one line of pg_hba.conf: "hostssl all all all cert". */
  readonly access?: string;
}

/** One that listens on 127.0.0.1 and lets clients in; its log by `said`. */
export const postgresql = async (
  lab: Lab,
  wish: PostgresqlWish,
): Promise<Pick<Printing, "port" | "said">> => {
  const [port] = await freePorts(1);
  const { cert, key, clientCa, access = "host all all all scram-sha-256" } = wish;
  const settings = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    fsync: "off",
    hba_file: lab.write(`pg_hba-${port}.conf`, `${access}\n`),
    ...(cert === undefined ? {} : { ssl: "on", ssl_cert_file: cert }),
    ...(key === undefined ? {} : { ssl_key_file: key }),
    ...(clientCa === undefined ? {} : { ssl_ca_file: clientCa }),
  };
  const [program, args] = asNobody(componentProgram("postgresql", "postgres")!, [
    "-D", sharedDatabase(), "-p", String(port),
    ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ]); // prettier-ignore
  // By SIGINT it ends at once and takes its shared memory with it.
  const running = lab.keep(await startListening(program, args, port!, "SIGINT"));
  // It listens before it lets anybody in.
  const deadline = performance.now() + initDeadline;
  while (!running.said().includes("ready to accept connections")) {
    if (performance.now() > deadline) throw new Error(`PostgreSQL is not ready: ${running.said()}`);
    await later(25);
  }
  return running;
};

/**
 * One with a certificate of "CN=lab-ca" for 127.0.0.1, or for these names; with `access` it verifies clients by that CA,
 * and lets them in by that line of pg_hba.conf.
 */
export const secureDatabase = async (
  lab: Lab,
  {
    access,
    names = ["127.0.0.1"],
  }: { readonly access?: string; readonly names?: readonly string[] } = {},
) => {
  const ca = lab.ca("CN=lab-ca");
  const caFile = lab.certificates("ca.crt", ca);
  const pair = lab.pair("server", lab.server(names, ca));
  const { port, said } = await postgresql(lab, {
    ...pair,
    ...(access === undefined ? {} : { clientCa: caFile, access }),
  });
  return { ca, caFile, port, said };
};
