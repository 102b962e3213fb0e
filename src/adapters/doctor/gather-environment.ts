import type { Config, Field } from "../../core/diagnosis/config.ts";
import { etcdClientPart, type EtcdClientKeys } from "./etcd-client-settings.ts";
import { variablesOf } from "./etcd-flags.ts";
import type { Part, Surroundings } from "./part.ts";

interface Dialect {
  readonly who: string;
  /** Any of these set means that this client is configured here. */
  readonly sign: string;
  readonly keys: EtcdClientKeys;
}

const calico = (prefix: string): Dialect => ({
  who: "calicoctl",
  sign: `${prefix}ETCD_ENDPOINTS`,
  keys: {
    endpoints: `${prefix}ETCD_ENDPOINTS`,
    ca: `${prefix}ETCD_CA_CERT_FILE`,
    certificate: `${prefix}ETCD_CERT_FILE`,
    key: `${prefix}ETCD_KEY_FILE`,
    inline: {
      ca: `${prefix}ETCD_CA_CERT`,
      certificate: `${prefix}ETCD_CERT`,
      key: `${prefix}ETCD_KEY`,
    },
  },
});

/** etcdctl's flags as variables (etcdctl/README), and libcalico-go's envconfig with and without its prefix. */
const dialects: readonly Dialect[] = [
  {
    who: "etcdctl",
    sign: "ETCDCTL_ENDPOINTS",
    keys: {
      endpoints: "ETCDCTL_ENDPOINTS",
      ca: "ETCDCTL_CACERT",
      certificate: "ETCDCTL_CERT",
      key: "ETCDCTL_KEY",
      insecure: "ETCDCTL_INSECURE_SKIP_TLS_VERIFY",
    },
  },
  calico("CALICO_"),
  calico(""),
];

/** Variables that belong to clients of etcd; the others are nobody's business here. */
const relevant = /^(?:ETCDCTL_|ETCD_|CALICO_|DATASTORE_TYPE$)/;

/** Variables that hold a secret rather than the path of one. */
const secret = /PASSWORD|TOKEN|_USER$|ETCD_KEY$/;

/** The client of etcd that this shell's environment configures (`env:`). */
export const gatherEnvironment = (around: Surroundings): Part => {
  const fields: Record<string, Field> = {};
  for (const [name, value] of Object.entries(around.env)) {
    if (value === undefined) continue;
    fields[name] = { value, at: { file: "environment", field: name } };
  }
  return clientOf("environment", fields, around);
};

/** Variables of a client of etcd in a file, as calico.env and systemd's EnvironmentFile have them. */
export const isClientEnvironment = (text: string): boolean =>
  /^\s*(?:export\s+)?(?:ETCDCTL_|CALICO_ETCD_|ETCD_)ENDPOINTS=/m.test(text);

export const gatherClientEnvironment = (text: string, path: string, around: Surroundings): Part =>
  clientOf(path, variablesOf(text, path), around);

const clientOf = (
  file: string,
  variables: Readonly<Record<string, Field>>,
  around: Surroundings,
): Part => {
  const fields: Record<string, Field> = {};
  for (const [name, field] of Object.entries(variables))
    if (relevant.test(name))
      fields[name] =
        secret.test(name) && name !== "ETCD_KEY" ? { ...field, value: "(secret)" } : field;
  const config: Config = { kind: "etcd-client-environment", file, fields };
  const dialect = dialects.find(({ sign }) => fields[sign] !== undefined);
  if (dialect === undefined) {
    const none = `${file === "environment" ? "the environment" : file} sets neither ETCDCTL_ENDPOINTS nor ETCD_ENDPOINTS`;
    return { kind: config.kind, configs: [config], connections: [], blind: [none] };
  }
  return etcdClientPart(config, dialect.keys, dialect.who, around);
};
