import type { LeafProfile } from "../profile.ts";
import { peerRole } from "../profile-roles.ts";
import { etcdServer } from "./etcd-server.ts";

export const etcdServerGateway: LeafProfile = {
  ...etcdServer,
  name: "etcd-server-gateway",
  summary: "etcd's server certificate for those who need its JSON gateway (grpc-gateway)",
  why: "etcd's JSON gateway dials etcd with the server's certificate, so under --client-cert-auth that must be a client's too, and --trusted-ca-file must trust who signed it. The price: this certificate is then a client of etcd, and its common name an etcd user. Take etcd-server unless something calls /v3/... over JSON.",
  citation: "etcd#9785, etcd#16590",
  role: peerRole,
};
