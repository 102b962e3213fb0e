import {
  advertisedClientUrl,
  advertisedPeerUrl,
  listenClientUrls,
  listenPeerUrls,
} from "../../core/estate/etcd-addresses.ts";
import type { EtcdCluster, EtcdMember } from "../../core/model/estate.ts";
import {
  environmentName,
  isKnown,
  settings,
  type Setting,
  type SettingName,
} from "../../programs/etcd/settings.ts";
import { clientPaths, memberPaths } from "./layout.ts";

type Value = string | boolean;
type Settled = readonly (readonly [SettingName, Value])[];

/** Everything certwright sets for a member; what its version does not know is left out. */
export const memberSettings = (cluster: EtcdCluster, member: EtcdMember): Settled => {
  const paths = memberPaths(member);
  const all: Settled = [
    ["name", member.name],
    ["data-dir", member.dataDirectory],
    ["listen-peer-urls", listenPeerUrls(member).join(",")],
    ["listen-client-urls", listenClientUrls(member).join(",")],
    ["initial-advertise-peer-urls", advertisedPeerUrl(member)],
    ["advertise-client-urls", advertisedClientUrl(member)],
    [
      "initial-cluster",
      cluster.members.map((one) => `${one.name}=${advertisedPeerUrl(one)}`).join(","),
    ],
    ["initial-cluster-token", cluster.name],
    // etcd looks at this on an empty data directory only.
    ["initial-cluster-state", "new"],
    ["cert-file", paths.serverCertificate],
    ["key-file", paths.serverKey],
    ["client-cert-auth", true],
    ["trusted-ca-file", paths.clientTrust],
    ["peer-cert-file", paths.peerCertificate],
    ["peer-key-file", paths.peerKey],
    ["peer-client-cert-auth", true],
    ["peer-trusted-ca-file", paths.peerTrust],
    ["tls-min-version", "TLS1.2"],
    // The JSON gateway dials its own member with the server certificate, which is no client here:
    // it would fail every few seconds and fill the log (etcd#9785).
    ["enable-grpc-gateway", false],
    ["logger", "zap"],
    // The journal takes it from there.
    ["log-outputs", "stderr"],
  ];
  return all.filter(([name]) => isKnown(name, cluster.version));
};

/** A JSON string is a YAML double-quoted scalar (YAML 1.2 section 1.3), so nothing can be misread. */
const yamlValue = (value: Value): string => JSON.stringify(value);

/** The file of `--config-file`. etcd then ignores all other flags and its environment. */
export const yamlFile = (cluster: EtcdCluster, member: EtcdMember): string => {
  const lines = [`# etcd ${cluster.version}, member ${member.name} of ${cluster.name}.`];
  let section: string | undefined;
  for (const [name, value] of memberSettings(cluster, member)) {
    const { yaml, list }: Setting = settings[name];
    const [first, second] = yaml;
    if (second !== undefined && section !== first) lines.push(`${first}:`);
    section = second === undefined ? undefined : first;
    const text = list === true ? `[${yamlValue(value)}]` : yamlValue(value);
    lines.push(second === undefined ? `${first}: ${text}` : `  ${second}: ${text}`);
  }
  return `${lines.join("\n")}\n`;
};

/**
 * Words that neither systemd's EnvironmentFile nor a POSIX shell reads differently stand as they are;
 * all others in double quotes with the escapes both know (systemd.exec(5); POSIX 2.2.3).
 */
const environmentValue = (value: string): string =>
  /^[\w./:,=@%+[\]-]*$/.test(value) ? value : `"${value.replaceAll(/[\\"$`]/g, String.raw`\$&`)}"`;

const environmentLines = (variables: readonly (readonly [string, string])[]): string =>
  variables.map(([name, value]) => `${name}=${environmentValue(value)}\n`).join("");

/** For systemd's EnvironmentFile and for a shell: the whole configuration as ETCD_* variables. */
export const environmentFile = (cluster: EtcdCluster, member: EtcdMember): string =>
  `# etcd ${cluster.version}, member ${member.name} of ${cluster.name}: read by etcd.service.\n` +
  `# To use the YAML file instead, leave only this line: ETCD_CONFIG_FILE=${memberPaths(member).yaml}\n` +
  environmentLines(
    memberSettings(cluster, member).map(([name, value]) => [environmentName(name), String(value)]),
  );

/** For an operator's shell: `set -a; . etcdctl.env; set +a; etcdctl member list`. */
export const etcdctlFile = (cluster: EtcdCluster, user: { readonly name: string }): string => {
  const paths = clientPaths(cluster, { name: user.name, roles: [] });
  return (
    `# etcdctl as ${user.name}: set -a; . ${paths.environment}; set +a\n` +
    environmentLines([
      // 3.4 asks for it; later versions know nothing else.
      ["ETCDCTL_API", "3"],
      ["ETCDCTL_ENDPOINTS", cluster.members.map(advertisedClientUrl).join(",")],
      ["ETCDCTL_CACERT", paths.serverTrust],
      ["ETCDCTL_CERT", paths.certificate],
      ["ETCDCTL_KEY", paths.key],
    ])
  );
};
