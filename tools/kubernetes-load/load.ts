import { setTimeout as pause } from "node:timers/promises";
import { readKubeconfig } from "../../src/adapters/kubernetes/read-kubeconfig.ts";
import { startClients, type Client, type Load } from "../load/clients.ts";
import { Recorder, type LoadSummary } from "../load/record.ts";
import { asNobody, watchAvailability } from "./availability.ts";
import { freshly, keptAlive, type Ask, type Endpoint } from "./connection.ts";
import { request, type Surroundings } from "./failover.ts";
import { kubeconfigIdentity, pinnedIdentity, tokenIdentity } from "./identity.ts";
import { executing } from "./exec.ts";
import { askKubelet, type KubeletCallers, type Pods } from "./kubelet.ts";
import {
  configMapOf,
  configMaps,
  currentVersion,
  makeLegacyToken,
  makeObjects,
  namespace,
  requestToken,
  tokenLifetime,
  tokenRequest,
  untilReadable,
} from "./objects.ts";
import { startWatcher } from "./watcher.ts";
import { writer, type WriterOptions } from "./writer.ts";

export interface KubernetesLoadOptions {
  /** Every API server by itself. */
  readonly servers: readonly Endpoint[];
  /** Absolute path. An administrator's; read anew for each new connection. */
  readonly kubeconfig: string;
  /** Further paths that are read at each server in turn: of an aggregated API, of a converted resource. */
  readonly reads?: readonly string[];
  /** Pods whose kubelets are asked; the nodes' kube-proxies when absent. */
  readonly pods?: Pods;
  /**
   * Whether there is a client that keeps what the kubeconfig holds now, as programs do that read it when they start. New
   * connections tell it first what a rotation means for those. Default false.
   */
  readonly pinned?: boolean;
  /** Whether there is a client with the token of a Secret. Default true. */
  readonly legacyToken?: boolean;
}

/** Milliseconds between a client's turns: about 60 requests a second on three servers, half a core with Node's handshakes. */
const pace = {
  fresh: 100,
  kept: 50,
  direct: 200,
  balanced: 150,
  token: 250,
  read: 300,
  kubelet: 500,
};
/** A DaemonSet of kubeadm: one on every node. */
const proxies: Pods = {
  namespace: "kube-system",
  selector: "k8s-app=kube-proxy",
  command: ["kube-proxy", "--version"],
};
/** A watch on a server that has just restarted has to catch up. */
const catchUpDeadline = 20_000;

export interface KubernetesLoad extends Load {
  /**
   * Has the clients with tokens show new ones, as pods do that were replaced and users of a Secret that were given another
   * one. Resolves when nobody shows an old one any more, with the Secret whose token it was ("NAMESPACE/NAME").
   */
  renewTokens(): Promise<string | undefined>;
}

/** Names of the Secrets with tokens that never expire: the one that there is, and the one that comes after it. */
const secrets = ["reader-token", "reader-token-2"] as const;

/**
 * Clients of every kind at once: new connections, connections that are kept, each server by itself, the kubeconfig's own
 * address, tokens of both kinds, logs and exec through the kubelets, and a watch that begins at each server and goes on at
 * another when it is cut. Writers read back what they wrote. policy.ts says what counts as failed.
 */
export const startKubernetesLoad = async (
  options: KubernetesLoadOptions,
): Promise<KubernetesLoad> => {
  const { servers, kubeconfig, reads = [], pods = proxies, pinned, legacyToken = true } = options;
  const recorder = new Recorder();
  const identity = kubeconfigIdentity(kubeconfig);
  const availability = watchAvailability(asNobody(identity));
  const around: Surroundings = { recorder, availability };
  const fresh = freshly(identity);
  const kept = keptAlive(identity);
  const rotated = (turn: number): readonly Endpoint[] =>
    servers.map((_, i) => servers[(turn + i) % servers.length]!);

  const writers: readonly WriterOptions[] = [
    { caller: { client: "kept", ask: kept.ask }, every: pace.kept, at: rotated },
    ...servers.map((server) => ({
      caller: { client: `direct-${server.name}`, ask: fresh, alone: true },
      every: pace.direct,
      at: () => [server],
    })),
    ...balancers(kubeconfig, servers).map((server) => ({
      caller: { client: server.name, ask: fresh },
      every: pace.balanced,
      at: () => [server],
    })),
  ];
  await makeObjects(
    fresh,
    servers,
    writers.map(({ caller }) => caller.client),
  );
  const token = await makeToken(fresh, servers, kubeconfig);
  const legacy = legacyToken ? await makeLegacy(fresh, servers, kubeconfig) : undefined;
  const reader = (client: string, ask: Ask, every: number, path: string): Client => ({
    name: client,
    every,
    work: async (turn) => {
      const what = { operation: "get", method: "GET", path } as const;
      await request(around, { client, ask }, rotated(turn), what);
    },
  });
  const viaKubelet: KubeletCallers = {
    logs: { client: "logs", ask: fresh },
    exec: { client: "exec", ask: executing(identity) },
  };
  const some = configMapOf("kept");
  const withToken = reader("token", token.ask, pace.token, some);
  const clients: readonly Client[] = [
    ...writers.map((one) => writer(around, one)),
    reader("fresh", fresh, pace.fresh, some),
    {
      ...withToken,
      work: async (turn) => {
        await token.renew(around, rotated(turn));
        await withToken.work(turn);
      },
    },
    ...(legacy === undefined ? [] : [reader("legacy-token", legacy.ask, pace.token, some)]),
    ...(pinned === true
      ? [reader("pinned", freshly(pinnedIdentity(identity)), pace.fresh, some)]
      : []),
    ...reads.map((path) => reader(path, fresh, pace.read, path)),
    {
      name: "kubelet",
      every: pace.kubelet,
      work: (turn) => askKubelet(around, viaKubelet, rotated(turn), pods, turn),
    },
  ];

  const resourceVersion = await currentVersion(fresh, servers);
  const watchers = servers.map(({ name }, i) =>
    startWatcher(around, {
      name: `watch-${name}`,
      path: configMaps,
      resourceVersion,
      endpoints: rotated(i),
      identity,
    }),
  );
  const endClients = startClients(clients);
  const finish = async (): Promise<LoadSummary> => {
    await endClients();
    const written = recorder.writtenRevisions();
    const last = written.at(-1) ?? 0n;
    await Promise.all(watchers.map((one) => one.until(last, catchUpDeadline)));
    await Promise.all(watchers.map((one) => one.stop()));
    kept.close();
    availability.stop();
    const steady = new Set(["kept", "fresh"]);
    return recorder.summary(
      new Set(recorder.clients().filter((name) => !steady.has(name))),
      watchers.map((one) => one.summary(written)),
    );
  };
  let finished: Promise<LoadSummary> | undefined;
  const stop = (): Promise<LoadSummary> => (finished ??= finish());
  return {
    enter: (phase) => recorder.enter(phase),
    count: () => recorder.records.length,
    failures: () => recorder.failures(),
    stop,
    renewTokens: async () => {
      token.expire();
      await legacy?.renew();
      const from = recorder.records.length;
      const renewing = ["token", ...(legacy === undefined ? [] : ["legacy-token"])];
      // The first may have been under way.
      const shown = (name: string): boolean =>
        recorder.records
          .slice(from)
          .filter(({ client, operation }) => client === name && operation === "get").length > 1;
      await untilShown(() => renewing.every(shown));
      return legacy === undefined ? undefined : `${namespace}/${secrets[0]}`;
    },
    [Symbol.asyncDispose]: async () => void (await stop()),
  };
};

/** The kubeconfig's own address, where it is not one of the servers. */
const balancers = (kubeconfig: string, servers: readonly Endpoint[]): readonly Endpoint[] => {
  const { hostname, port } = readKubeconfig(kubeconfig).server;
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const own = { name: "balanced", host, port: Number(port === "" ? 443 : port) };
  return servers.some((one) => one.host === own.host && one.port === own.port) ? [] : [own];
};

/** A client with a projected token, which is renewed as the kubelet does it: at 80 % of its life (token_manager.go). */
const makeToken = async (admin: Ask, servers: readonly Endpoint[], kubeconfig: string) => {
  let token = await requestToken(admin, servers);
  let since = performance.now();
  let expired = false;
  const ask = freshly(tokenIdentity(kubeconfig, () => token));
  await untilReadable(ask, servers);
  return {
    ask,
    /** At the next turn. */
    expire: (): void => {
      expired = true;
    },
    renew: async (around: Surroundings, at: readonly Endpoint[]): Promise<void> => {
      if (!expired && performance.now() - since < tokenLifetime * 800) return;
      const body = await request(around, { client: "token", ask: admin }, at, tokenRequest);
      if (body === undefined) return;
      token = tokenRequest.tokenOf(body);
      since = performance.now();
      expired = false;
    },
  };
};

const makeLegacy = async (admin: Ask, servers: readonly Endpoint[], kubeconfig: string) => {
  let token = await makeLegacyToken(admin, servers, secrets[0]);
  const ask = freshly(tokenIdentity(kubeconfig, () => token));
  await untilReadable(ask, servers);
  return {
    ask,
    renew: async (): Promise<void> => {
      const next = await makeLegacyToken(admin, servers, secrets[1]);
      await untilReadable(freshly(tokenIdentity(kubeconfig, () => next)), servers);
      token = next;
    },
  };
};

/** A turn of the slowest of them takes a quarter of a second, and as long as a server's restart when it meets one. */
const shownDeadline = 60_000;

const untilShown = async (isShown: () => boolean): Promise<void> => {
  const end = performance.now() + shownDeadline;
  while (!isShown()) {
    if (performance.now() > end) throw new Error("load: tokens were not renewed within a minute");
    await pause(100);
  }
};
