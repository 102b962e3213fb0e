import type { Location } from "./location.ts";

/** One setting as an operator wrote it. */
export interface Field {
  readonly value: string;
  readonly at: Location;
}

/** What kind of configuration a target is. */
export type ConfigKind =
  | "calicoctl"
  | "etcd-client-environment"
  | "kubeconfig"
  | "etcd"
  | "kubeadm"
  | "kubeadm-join"
  | "secret"
  | "mesh-policy"
  | "istio-cacerts"
  | "webhook"
  | "api-service";

/**
 * A configuration, flat. Keys of `fields`:
 * - etcd (YAML, environment file or unit alike): the flag's name, "trusted-ca-file", "peer-cert-file";
 * - manifests and kubeconfigs: the path within, "users[0].user.client-certificate", "webhooks[0].clientConfig.caBundle";
 * - kubeadm join, typed or as a file: "pin[0]", "pin[1]";
 * - environments: the variable's name.
 */
export interface Config {
  readonly kind: ConfigKind;
  /** Its path, or "environment". */
  readonly file: string;
  readonly fields: Readonly<Record<string, Field>>;
  /** Which of several the settings belong to, when a file has more than one: "member etcd-1", "context prod". */
  readonly about?: string;
  /** Programs that it names and that are not on this machine, by the field that names them. */
  readonly absent?: Readonly<Record<string, Field>>;
}

/** First configuration of a kind. */
export const configOf = (configs: readonly Config[], kind: ConfigKind): Config | undefined =>
  configs.find((config) => config.kind === kind);

/** A setting by its key; undefined when it is absent or empty. */
export const fieldOf = (config: Config | undefined, key: string): Field | undefined => {
  const field = config?.fields[key];
  return field === undefined || field.value === "" ? undefined : field;
};
