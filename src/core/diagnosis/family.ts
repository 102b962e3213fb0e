import type { Family } from "./fault-id.ts";

/** Headings of the families, in the order in which a connection meets them. */
export const familyTitles: Readonly<Record<Family, string>> = {
  file: "Files",
  net: "Network",
  proto: "Protocol",
  served: "What is served",
  trust: "Trust in the server's certificate",
  time: "Time",
  name: "Names",
  usage: "Usages",
  alg: "Algorithms",
  client: "Client certificates",
  revoke: "Revocation",
  etcd: "etcd",
  k8s: "Kubernetes",
  mesh: "Service meshes",
};
