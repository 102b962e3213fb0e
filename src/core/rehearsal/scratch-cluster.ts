import type {
  EtcdClient,
  EtcdCluster,
  EtcdMember,
  EstateNode,
  FileOwner,
  Service,
} from "../model/estate.ts";

export interface ScratchOptions {
  /** Absolute folder that holds everything; nothing outside of it is touched. */
  readonly folder: string;
  /** Two for each member, client and peer port in turn, all free on 127.0.0.1. */
  readonly ports: readonly number[];
  /** Absolute path of the etcd program on this machine. */
  readonly binary: string;
  /** Whose files they are: the operator. */
  readonly owner: FileOwner;
  /** How a member of that name is restarted. */
  readonly service: (member: string) => Service;
}

/**
 * The same cluster on this machine alone: names of members, nodes, clients, users and issuers stay, so that a plan for
 * it has the same steps; addresses, ports, paths and services are the copy's own.
 */
export const scratchCluster = (cluster: EtcdCluster, options: ScratchOptions): EtcdCluster => {
  const { folder, ports, binary, owner } = options;
  return {
    ...cluster,
    members: cluster.members.map((member, i) =>
      scratchMember(member, options, ports[2 * i]!, ports[2 * i + 1]!),
    ),
    names: [],
    owner,
    binary,
    clientsDirectory: `${folder}/clients`,
    clients: cluster.clients.map((client) => scratchClient(client, folder)),
  };
};

const scratchNode = ({ name }: EstateNode): EstateNode => ({
  name,
  addresses: [{ kind: "ip4", value: "127.0.0.1" }],
  access: { kind: "local" },
});

const scratchMember = (
  { name, node }: EtcdMember,
  { folder, service }: ScratchOptions,
  clientPort: number,
  peerPort: number,
): EtcdMember => {
  const own = `${folder}/members/${name}`;
  return {
    name,
    node: scratchNode(node),
    clientPort,
    peerPort,
    dataDirectory: `${own}/data`,
    configDirectory: `${own}/config`,
    certificateDirectory: `${own}/pki`,
    service: service(name),
  };
};

/** Its files are copies that nobody but the rehearsal reads: a program that would have to be restarted is only asked for. */
const scratchClient = ({ name, user, node, reload }: EtcdClient, folder: string): EtcdClient => {
  const own = `${folder}/clients/${name}`;
  const client: EtcdClient = {
    name,
    user,
    certificate: `${own}/client.crt`,
    key: `${own}/client.key`,
    trust: `${own}/server-ca.crt`,
    reload,
    service: { kind: "none" },
  };
  return node === undefined ? client : Object.assign(client, { node: scratchNode(node) });
};
