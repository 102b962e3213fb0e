import type { EtcdVersion } from "../../../src/core/model/estate.ts";
import type { Hosts } from "./hosts.ts";

/** Where the estate puts a member's files on its host. /srv/etcd is a disk of 1 MiB. */
export const etcdOnHost = {
  configuration: "/srv/etcd/etcd.conf.yml",
  pki: "/srv/etcd/pki",
  data: "/srv/data",
} as const;

/**
 * certwright.yaml for an etcd member on each host, etcd-1 on host-1 and so on, reached by SSH.
 * Written with `certwright etcd init`, whose nodes/host-1/srv goes to the host's /srv.
 */
export const hostsEstate = (
  { hosts, configuration }: Hosts,
  options: {
    readonly version: EtcdVersion;
    /** Further lines below `etcd:`. */
    readonly extra?: string;
    readonly sudo?: boolean;
  },
): string => {
  const nodes = hosts.map(
    ({ name, address }) => `  ${name}:
    addresses: [${address}]
    ssh: { destination: ${name}, configuration: ${configuration}${options.sudo === true ? ", sudo: true" : ""} }
`,
  );
  const members = hosts.map(
    ({ name }, index) => `    - { node: ${name}, name: etcd-${index + 1} }\n`,
  );
  return `nodes:
${nodes.join("")}etcd:
  cluster: hosts
  version: "${options.version}"
  owner: { user: root }
  configDirectory: /srv/etcd
  dataDirectory: ${etcdOnHost.data}
  service:
    restart: [/srv/service, restart]
    stop: [/srv/service, stop]
    start: [/srv/service, start]
  members:
${members.join("")}${options.extra ?? ""}`;
};
