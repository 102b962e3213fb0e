import type { EtcdVersion } from "../../core/model/estate.ts";

/** One setting of etcd and how each of its three configuration forms spells it. The flag is its key in {@link settings}. */
export interface Setting {
  /** Where it stands in the file of --config-file. */
  readonly yaml: readonly [string] | readonly [string, string];
  /** First version that knows it; a version that does not exits with "flag provided but not defined". */
  readonly since?: EtcdVersion;
  /** A list in the YAML file, comma-separated elsewhere. */
  readonly list?: true;
}

const client = "client-transport-security";
const peer = "peer-transport-security";

/**
 * What certwright sets. From server/embed/config.go: AddFlags (flags), the json tags of Config and
 * securityConfig (YAML); 3.4 and 3.6 were both started from files written with this table (test/real/etcd.test.ts).
 */
export const settings = {
  name: { yaml: ["name"] },
  "data-dir": { yaml: ["data-dir"] },
  "listen-peer-urls": { yaml: ["listen-peer-urls"] },
  "listen-client-urls": { yaml: ["listen-client-urls"] },
  "initial-advertise-peer-urls": { yaml: ["initial-advertise-peer-urls"] },
  "advertise-client-urls": { yaml: ["advertise-client-urls"] },
  "initial-cluster": { yaml: ["initial-cluster"] },
  "initial-cluster-token": { yaml: ["initial-cluster-token"] },
  "initial-cluster-state": { yaml: ["initial-cluster-state"] },
  "cert-file": { yaml: [client, "cert-file"] },
  "key-file": { yaml: [client, "key-file"] },
  "client-cert-auth": { yaml: [client, "client-cert-auth"] },
  "trusted-ca-file": { yaml: [client, "trusted-ca-file"] },
  "peer-cert-file": { yaml: [peer, "cert-file"] },
  "peer-key-file": { yaml: [peer, "key-file"] },
  "peer-client-cert-auth": { yaml: [peer, "client-cert-auth"] },
  "peer-trusted-ca-file": { yaml: [peer, "trusted-ca-file"] },
  // Also in the last patch releases of 3.4 and 3.5, but not in Debian 12's 3.4.23.
  "tls-min-version": { yaml: ["tls-min-version"], since: "3.6" },
  "enable-grpc-gateway": { yaml: ["enable-grpc-gateway"] },
  // 3.4 alone has another default, capnslog, which no tool reads.
  logger: { yaml: ["logger"] },
  "log-outputs": { yaml: ["log-outputs"], list: true },
} as const satisfies Readonly<Record<string, Setting>>;

export type SettingName = keyof typeof settings;

/** pkg/flags/flag.go, FlagToEnv. */
export const environmentName = (flag: SettingName): string =>
  `ETCD_${flag.toUpperCase().replaceAll("-", "_")}`;

/** Whether that version of etcd knows the setting. */
export const isKnown = (flag: SettingName, version: EtcdVersion): boolean => {
  const { since }: Setting = settings[flag];
  return since === undefined || Number(version.slice(2)) >= Number(since.slice(2));
};
