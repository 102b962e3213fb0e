import type { LeafProfile } from "../profile.ts";
import { clientRole } from "../profile-roles.ts";

export const etcdClient: LeafProfile = {
  kind: "leaf",
  name: "etcd-client",
  summary: "a client of etcd; the common name is the etcd user",
  why: "With authentication on, etcd takes the common name for the user, so it is written as it is and stands nowhere else; host names are refused, so that a client can never pose as a server.",
  citation:
    "etcd operations guide, role-based access control with TLS common name; server/auth/store.go",
  key: { algorithm: "ec", curve: "P-256" },
  role: { ...clientRole, requireCn: true },
  example: "backup",
  commonNameIsServerName: false,
};
