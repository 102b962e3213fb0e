import { parseKubeconfig } from "../kubeconfig/kubeconfig.ts";
import type { KnownCluster } from "./known-cluster.ts";

/**
 * What a kubeconfig leads to besides this cluster, "NAME (SERVER)" each: a file with one of them is nobody's to write
 * over. Throws source.manifest with line and column when `text` is no YAML; `source` is its path.
 */
export const otherClusters = (
  text: string,
  source: string,
  { endpoint, masters, port, serverNames }: KnownCluster,
): readonly string[] => {
  const own = new Set([
    `${endpoint.host}:${endpoint.port}`,
    ...[...masters.map(({ address }) => address), ...serverNames].map((host) => `${host}:${port}`),
  ]);
  const clusters = parseKubeconfig(text, source).clusters();
  if (clusters === undefined) return ["no kubeconfig at all"];
  return clusters.flatMap(({ name, server }) => {
    const [, host = "", hostPort = "443"] =
      /^https:\/\/(\[[^\]]+\]|[^:/]+)(?::(\d+))?/u.exec(server) ?? [];
    return own.has(`${host.replaceAll(/[[\]]/gu, "")}:${hostPort}`) ? [] : [`${name} (${server})`];
  });
};
