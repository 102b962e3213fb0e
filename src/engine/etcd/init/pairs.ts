import { peerAddresses, serverAddresses } from "../../../core/estate/etcd-addresses.ts";
import type { Address, EtcdCluster } from "../../../core/model/estate.ts";
import { purpose } from "../../../core/x509/oids.ts";
import type { Account } from "../../../ports/accounts.ts";
import type { LeafOrder } from "../../authority/authority.ts";
import { clientPaths, memberPaths } from "../layout.ts";
import { keyOwner, placeOf, type Placement } from "./placement.ts";

/** A certificate with its key that somebody of the cluster needs. */
export interface WantedPair {
  /** "server certificate of etcd-1" */
  readonly title: string;
  readonly order: LeafOrder;
  /** Dotted oids that the certificate has and no others. */
  readonly purposes: readonly string[];
  readonly certificate: string;
  readonly key: string;
  readonly owner: Partial<Account>;
}

const namesOf = (addresses: readonly Address[]) => ({
  dns: addresses.filter((a) => a.kind === "dns").map((a) => a.value),
  ip: addresses.filter((a) => a.kind !== "dns").map((a) => a.value),
});

/** All pairs of the cluster: server and peer of each member, then one a user. */
export const wantedPairs = (
  cluster: EtcdCluster,
  placement: Placement,
  members: EtcdCluster["members"],
): readonly WantedPair[] => [
  ...members.flatMap((member): WantedPair[] => {
    const paths = memberPaths(member);
    const owner = keyOwner(placement);
    const at = (path: string): string => placeOf(placement, member, path);
    return [
      {
        title: `server certificate of ${member.name}`,
        order: {
          issuer: cluster.issuers.server,
          profile: "etcd-server",
          ...namesOf(serverAddresses(cluster, member)),
        },
        purposes: [purpose.serverAuth],
        certificate: at(paths.serverCertificate),
        key: at(paths.serverKey),
        owner,
      },
      {
        title: `peer certificate of ${member.name}`,
        order: {
          issuer: cluster.issuers.peer,
          profile: "etcd-peer",
          ...namesOf(peerAddresses(member)),
        },
        purposes: [purpose.serverAuth, purpose.clientAuth],
        certificate: at(paths.peerCertificate),
        key: at(paths.peerKey),
        owner,
      },
    ];
  }),
  ...cluster.users.map((user): WantedPair => {
    const paths = clientPaths(cluster, user);
    return {
      title: `client certificate of ${user.name}`,
      order: { issuer: cluster.issuers.client, profile: "etcd-client", commonName: user.name },
      purposes: [purpose.clientAuth],
      certificate: paths.certificate,
      key: paths.key,
      owner: {},
    };
  }),
];
