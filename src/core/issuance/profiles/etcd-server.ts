import type { LeafProfile } from "../profile.ts";
import { serverRole } from "../profile-roles.ts";

export const etcdServer: LeafProfile = {
  kind: "leaf",
  name: "etcd-server",
  summary: "what etcd shows its clients (--cert-file)",
  why: "A server's certificate and nothing else: with clientAuth it would also open the cluster to whoever steals it. etcd's JSON gateway calls etcd itself with this certificate, so with --client-cert-auth it needs clientAuth; without it gRPC clients work, but the gateway answers \"bad certificate\" and etcd logs a rejected connection from itself every few seconds. Turn the gateway off (enable-grpc-gateway: false), or take the profile etcd-server-gateway.",
  citation:
    "etcd#9785, etcd#16590; tried with etcd 3.4.23 and 3.6.16: gRPC served, gateway refused, silent with the gateway off",
  key: { algorithm: "ec", curve: "P-256" },
  role: serverRole,
  example: "etcd-1.example.com",
  commonNameIsServerName: true,
  always: { dns: ["localhost"], ip: ["127.0.0.1", "::1"] },
};
