import type { LeafProfile } from "../profile.ts";
import { peerRole } from "../profile-roles.ts";

export const etcdPeer: LeafProfile = {
  kind: "leaf",
  name: "etcd-peer",
  summary: "what etcd's members show each other (--peer-cert-file)",
  why: "Every member is server and client of the others, so both usages are needed: with serverAuth alone a member fails with \"certificate specifies an incompatible key usage\". etcd compares the address a peer comes from with the certificate's names, so all of the member's addresses belong into it. Let a CA of its own sign peers: one CA for peers and clients makes every peer certificate a client of the database.",
  citation: "etcd client/pkg/transport/listener_tls.go (checkSAN); etcd operations guide, security",
  key: { algorithm: "ec", curve: "P-256" },
  role: peerRole,
  example: "etcd-1.example.com",
  commonNameIsServerName: true,
};
