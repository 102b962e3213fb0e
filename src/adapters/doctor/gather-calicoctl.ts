import type { FlatDocument } from "./flat-yaml.ts";
import { etcdClientPart } from "./etcd-client-settings.ts";
import type { Part, Surroundings } from "./part.ts";

/** Fields of CalicoAPIConfig's spec (projectcalico libcalico-go, lib/apis/v3/calicoapiconfig: EtcdConfig). */
const keys = {
  endpoints: "spec.etcdEndpoints",
  ca: "spec.etcdCACertFile",
  certificate: "spec.etcdCertFile",
  key: "spec.etcdKeyFile",
  inline: { ca: "spec.etcdCACert", certificate: "spec.etcdCert", key: "spec.etcdKey" },
};

export const isCalicoctl = (document: FlatDocument): boolean =>
  document["kind"]?.value === "CalicoAPIConfig" ||
  document["kind"]?.value === "calicoApiConfig" ||
  document["spec.etcdEndpoints"] !== undefined;

/** calicoctl.cfg with etcd as its datastore. Relative paths count from the working directory, as calicoctl's do. */
export const gatherCalicoctl = (document: FlatDocument, path: string, around: Surroundings): Part =>
  etcdClientPart({ kind: "calicoctl", file: path, fields: document }, keys, "calicoctl", around);
