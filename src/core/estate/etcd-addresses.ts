import { isLoopback, urlHost } from "./address.ts";
import type { Address, EtcdCluster, EtcdMember } from "../model/estate.ts";

const localhost: Address = { kind: "dns", value: "localhost" };
const loopback4: Address = { kind: "ip4", value: "127.0.0.1" };
const loopback6: Address = { kind: "ip6", value: "::1" };

const distinct = (addresses: readonly Address[]): readonly Address[] => {
  const seen = new Set<string>();
  return addresses.filter((a) => !seen.has(a.value) && seen.add(a.value));
};

/** What a member is called on the client port: the node, the cluster's names, and localhost for an etcdctl on the node. */
export const serverAddresses = (cluster: EtcdCluster, member: EtcdMember): readonly Address[] =>
  distinct([...member.node.addresses, ...cluster.names, localhost, loopback4, loopback6]);

/**
 * What a member is called on the peer port: the node and nothing else. The accepting member compares these
 * with the address the connection comes from (client/pkg/v3/transport/listener_tls.go, checkSAN),
 * so an address too many is a place from which a stolen peer certificate works.
 */
export const peerAddresses = (member: EtcdMember): readonly Address[] => member.node.addresses;

/** etcd binds to addresses only, never to names; a node known by names alone listens everywhere. */
const listenAddresses = (member: EtcdMember): readonly Address[] => {
  const addresses = member.node.addresses.filter((a) => a.kind !== "dns");
  return addresses.length === 0 ? [{ kind: "ip4", value: "0.0.0.0" }] : addresses;
};

const url = (address: Address, port: number): string => `https://${urlHost(address)}:${port}`;

export const listenPeerUrls = (member: EtcdMember): readonly string[] =>
  listenAddresses(member).map((address) => url(address, member.peerPort));

/** Also on the loopback address, for an etcdctl on the node. */
export const listenClientUrls = (member: EtcdMember): readonly string[] => {
  const addresses = listenAddresses(member);
  const everywhere = addresses.some((a) => a.value === "0.0.0.0");
  return [...addresses, ...(everywhere || addresses.some(isLoopback) ? [] : [loopback4])].map(
    (address) => url(address, member.clientPort),
  );
};

export const advertisedClientUrl = (member: EtcdMember): string =>
  url(member.node.addresses[0]!, member.clientPort);

export const advertisedPeerUrl = (member: EtcdMember): string =>
  url(member.node.addresses[0]!, member.peerPort);
