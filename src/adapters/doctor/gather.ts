import { hostname, networkInterfaces } from "node:os";
import type { Gathered, GatheredConnection } from "../../core/diagnosis/case.ts";
import type { Connected } from "../../core/diagnosis/connection-made.ts";
import type { LogEvent } from "../../core/diagnosis/log/event.ts";
import { EvidenceReader } from "./evidence.ts";
import { gatherFiles } from "./gather-files.ts";
import { look } from "./look.ts";
import { filesNearby, systemStoreFor } from "./nearby.ts";
import type { DoctorOptions } from "./options.ts";
import type { Part, Surroundings } from "./part.ts";
import { withProxy } from "./proxy.ts";
import { shownWord } from "./shown-word.ts";
import { recognise } from "./recognise.ts";

/** Endpoints that are looked at; an estate of more is not one connection's trouble. */
const maxConnections = 64;

/** Milliseconds for a server of this machine that may not run at all. */
const homeDeadline = 1500;

/** Connections at a time: enough for a cluster at once, few enough for any file descriptor limit. */
const parallel = 16;

/**
 * Gathers everything about the targets: recognises them, reads their files, looks at their endpoints in parallel.
 * Ends within `options.timeout` milliseconds, and at once when `signal` aborts; what was not reached in time has no probes.
 */
export const gather = async (
  words: readonly string[],
  options: DoctorOptions,
  env: Surroundings["env"],
  log: readonly LogEvent[],
  signal: AbortSignal,
  connected: Connected,
): Promise<Gathered> => {
  const started = performance.now();
  const left = (): number => options.timeout - (performance.now() - started);
  const evidence = new EvidenceReader();
  const around: Surroundings = { evidence, options, env };
  const parts: Part[] = [];
  for (const word of words) parts.push(await recognise(word, around));
  // Flags alone are files to look at.
  if (parts.length === 0) parts.push(gatherFiles([], around));
  // So they are beside a log line that was given as a target.
  else if (parts.every(({ kind }) => kind === "log")) gatherFiles([], around);
  const connections = parts
    .flatMap((part) => part.connections)
    .map((connection) => withProxy(connection, env));
  const over = connections.length - maxConnections;
  const probed = await lookAtAll(connections.slice(0, maxConnections), (one) =>
    look(
      one,
      evidence,
      one.offline === true ? () => Math.min(left(), homeDeadline) : left,
      signal,
      connected,
      connections.length,
    ),
  );
  const systemStore = systemStoreFor(probed, env);
  const kind = parts.length === 1 ? parts[0]!.kind : (parts.find(hasConnections)?.kind ?? "files");
  return {
    now: Date.now(),
    target: {
      word: words.map(shownWord).join(" "),
      kind: log.length > 0 && words.length === 0 ? "log" : kind,
    },
    machine: {
      uid: process.getuid?.() ?? -1,
      hostname: hostname(),
      addresses: Object.values(networkInterfaces()).flatMap((all) =>
        (all ?? []).map(({ address }) => address),
      ),
    },
    configs: parts.flatMap((part) => part.configs),
    files: evidence.files,
    nearby: filesNearby(evidence.files),
    ...(systemStore === undefined ? {} : { systemStore }),
    log: [...log, ...parts.flatMap((part) => part.log ?? [])],
    connections: probed,
    blind: [
      ...parts.flatMap((part) => part.blind),
      ...(over > 0 ? [`${over} endpoints more than the ${maxConnections} that are looked at`] : []),
    ],
  };
};

const hasConnections = ({ connections }: Part): boolean => connections.length > 0;

/**
 * A server that is known by its files alone is looked at too when it is this machine's: what runs may be older than what
 * lies on disk. That nobody answers is nothing then, for the files are what is asked about.
 */
const lookAtHome = async (
  connection: GatheredConnection,
  lookAt: (one: GatheredConnection) => Promise<GatheredConnection["probes"]>,
): Promise<GatheredConnection> => {
  const { endpoint, offline: _offline, ...rest } = connection;
  const isServer = endpoint.program === "kube-apiserver" || endpoint.program === "etcd";
  if (!isServer || (endpoint.reachedAt === undefined && !isOwnAddress(endpoint.host)))
    return connection;
  const probes = await lookAt(connection);
  const chain = probes?.main.handshake?.flight.chain ?? [];
  return probes === undefined || chain.length === 0 ? connection : { endpoint, ...rest, probes };
};

const isOwnAddress = (host: string): boolean =>
  host === "localhost" ||
  Object.values(networkInterfaces()).some((all) =>
    (all ?? []).some(({ address }) => address === host),
  );

const lookAtAll = async (
  connections: readonly GatheredConnection[],
  lookAt: (one: GatheredConnection) => Promise<GatheredConnection["probes"]>,
): Promise<readonly GatheredConnection[]> => {
  const probed: GatheredConnection[] = [...connections];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (;;) {
      const i = next++;
      const connection = connections[i];
      if (connection === undefined) return;
      if (connection.offline === true) {
        probed[i] = await lookAtHome(connection, lookAt);
        continue;
      }
      const probes = await lookAt(connection);
      probed[i] = probes === undefined ? connection : { ...connection, probes };
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, connections.length) }, worker));
  return probed;
};
