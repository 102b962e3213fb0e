import { statSync } from "node:fs";
import { Agent as HttpAgent } from "node:http";
import { Agent } from "node:https";
import type { KubernetesTarget } from "../../ports/kubernetes.ts";
import { runPlugin, type PluginCredentials } from "./exec-plugin.ts";
import { readKubeconfig, type Kubeconfig } from "./read-kubeconfig.ts";

/** Where to and as whom, for one call. */
export interface Way {
  readonly url: URL;
  /** Origin without a path, for messages. */
  readonly server: string;
  readonly agent: Agent | HttpAgent;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** How the server may know us: "the client certificate". */
  readonly as: string;
}

export interface Credentials {
  /** Throws kubernetes.kubeconfig, kubernetes.plugin. */
  way(deadline: number): Promise<Way>;
  /** The server does not know us: whether the next way may be another one. */
  refused(): boolean;
  close(): void;
}

/** Connections to one API server at a time: it limits requests by who asks, not by connection. */
const maxConnections = 8;

/** kube-apiserver ends idle connections after 90 s (secure_serving.go, IdleTimeout), load balancers after 30 to 60 s. */
const idleDeadline = 20_000;

/** A plugin's credential is replaced this long before it expires, in milliseconds. */
const margin = 10_000;

/**
 * A kubeconfig's credentials, and the connections made with them. When the kubeconfig or a file that it names changes,
 * the next call uses what is there then, on a connection of its own: a rotation goes through these files, too.
 */
export const openCredentials = (target: KubernetesTarget): Credentials => {
  let config = readKubeconfig(target.kubeconfig);
  let state = stateOf(config.files);
  let given: PluginCredentials | undefined;
  let agent: Agent | HttpAgent | undefined;
  return {
    async way(deadline) {
      if (stateOf(config.files) !== state) {
        config = readKubeconfig(target.kubeconfig);
        state = stateOf(config.files);
        given = undefined;
        // Calls that are under way end on their own connections, which close when they have idled.
        agent = undefined;
      }
      if (config.plugin !== undefined && !isFresh(given)) {
        const before = given?.pair;
        given = await runPlugin(config.plugin, deadline);
        if (given.pair?.certificate !== before?.certificate) agent = undefined;
      }
      const pair = given?.pair ?? config.pair;
      const token = given?.token ?? config.token;
      const { impersonate } = config;
      const url = urlOf(config, target);
      agent ??= agentOf(config, target, url, pair);
      return {
        url,
        server: url.origin,
        agent,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(impersonate === undefined ? {} : { "impersonate-user": impersonate.user }),
          ...(impersonate === undefined || impersonate.groups.length === 0
            ? {}
            : { "impersonate-group": impersonate.groups }),
        },
        as:
          token !== undefined
            ? "the token"
            : pair === undefined
              ? "a user without credentials"
              : "the client certificate",
      };
    },
    refused() {
      given = undefined;
      return config.plugin !== undefined;
    },
    close: () => agent?.destroy(),
  };
};

const isFresh = (given: PluginCredentials | undefined): boolean =>
  given !== undefined && (given.expires === undefined || given.expires - margin > Date.now());

const urlOf = ({ server }: Kubeconfig, { server: one }: KubernetesTarget): URL => {
  if (one === undefined) return server;
  const url = new URL(`${server.protocol}//${one.host.includes(":") ? `[${one.host}]` : one.host}`);
  url.port = String(one.port);
  return url;
};

const agentOf = (
  config: Kubeconfig,
  target: KubernetesTarget,
  url: URL,
  pair: Kubeconfig["pair"],
): Agent | HttpAgent => {
  const { reuse: keepAlive = true } = target;
  const connections = { keepAlive, maxSockets: maxConnections, timeout: idleDeadline };
  if (url.protocol === "http:") return new HttpAgent(connections);
  const ca = [config.ca, target.trust].filter((pem) => pem !== undefined);
  return new Agent({
    ...connections,
    rejectUnauthorized: config.verify,
    minVersion: "TLSv1.2",
    // As Go does: whatever is in the bundle is trusted, whether it is a root or not.
    allowPartialTrustChain: true,
    ...(ca.length === 0 ? {} : { ca }),
    ...(pair === undefined ? {} : { cert: pair.certificate, key: pair.key }),
    // A single server is verified for its own host.
    ...(config.serverName === undefined || target.server !== undefined
      ? {}
      : { servername: config.serverName }),
  });
};

/** What a change of any of the files changes. */
const stateOf = (files: readonly string[]): string =>
  files
    .map((path) => {
      const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
      return stats === undefined ? "" : `${stats.ino} ${stats.ctimeNs} ${stats.size}`;
    })
    .join("\n");
