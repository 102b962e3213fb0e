import type {
  EtcdCluster,
  EtcdMember,
  EtcdMemberFiles,
  EtcdUser,
} from "../../core/model/estate.ts";

/** Where everything of a member lies on its machine. */
export interface MemberPaths extends EtcdMemberFiles {
  readonly yaml: string;
  readonly environment: string;
  readonly unit: string;
}

export const memberPaths = (member: EtcdMember): MemberPaths => {
  const { certificateDirectory: pki, configDirectory: config } = member;
  return {
    ...(member.files ?? {
      serverCertificate: `${pki}/server.crt`,
      serverKey: `${pki}/server.key`,
      peerCertificate: `${pki}/peer.crt`,
      peerKey: `${pki}/peer.key`,
      peerTrust: `${pki}/peer-ca.crt`,
      clientTrust: `${pki}/client-ca.crt`,
    }),
    yaml: `${config}/etcd.conf.yml`,
    environment: `${config}/etcd.env`,
    unit: `${config}/etcd.service`,
  };
};

/** What a client needs, on the operator's machine. */
export interface ClientPaths {
  readonly folder: string;
  readonly certificate: string;
  readonly key: string;
  /** The CA of what the members show. */
  readonly serverTrust: string;
  /** For etcdctl: `set -a; . clients/root/etcdctl.env`. */
  readonly environment: string;
}

export const clientPaths = (cluster: EtcdCluster, user: EtcdUser): ClientPaths => {
  const folder = `${cluster.clientsDirectory}/${user.name}`;
  return {
    folder,
    certificate: `${folder}/client.crt`,
    key: `${folder}/client.key`,
    serverTrust: `${folder}/server-ca.crt`,
    environment: `${folder}/etcdctl.env`,
  };
};
