import type { GatheredConnection } from "../../core/diagnosis/case.ts";
import { fieldOf, type Config, type Field } from "../../core/diagnosis/config.ts";
import type { ClientSetup } from "../../core/diagnosis/endpoint.ts";
import type { FileEvidence, FileRole } from "../../core/diagnosis/file-evidence.ts";
import { clientFromOptions, serverFromOptions } from "./gather-address.ts";
import { parseEndpoint } from "./parse-endpoint.ts";
import type { Part, Surroundings } from "./part.ts";

/** How a client of etcd calls its settings. */
export interface EtcdClientKeys {
  readonly endpoints: string;
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
  /** The same as data in place of a path. */
  readonly inline?: { readonly ca: string; readonly certificate: string; readonly key: string };
  readonly insecure?: string;
}

/** Connections of a client of etcd, by its settings: one for each endpoint of the list. */
export const etcdClientPart = (
  config: Config,
  keys: EtcdClientKeys,
  who: string,
  around: Surroundings,
): Part => {
  const client = clientFromOptions(around, clientOf(config, keys, who, around));
  const server = serverFromOptions(around);
  const connections: GatheredConnection[] = [];
  const blind: string[] = [];
  const endpoints = fieldOf(config, keys.endpoints);
  for (const written of (endpoints?.value ?? "").split(",")) {
    if (endpoints === undefined || written.trim() === "") continue;
    const endpoint = parseEndpoint(written, endpoints.at, { program: "etcd" });
    if (endpoint === undefined) {
      blind.push(`"${written}" in ${keys.endpoints} is no endpoint: https://HOST:2379 is`);
      continue;
    }
    const { servername, at } = around.options;
    connections.push({
      endpoint: {
        ...endpoint,
        ...(servername === undefined ? {} : { servername }),
        ...(at === undefined ? {} : { reachedAt: at }),
      },
      client,
      ...(server === undefined ? {} : { server }),
    });
  }
  if (endpoints === undefined) blind.push(`${config.file} sets no ${keys.endpoints}`);
  return { kind: config.kind, configs: [config], connections, blind };
};

const clientOf = (
  config: Config,
  keys: EtcdClientKeys,
  who: string,
  { evidence }: Surroundings,
): ClientSetup => {
  const file = (
    role: FileRole,
    key: string,
    inlineKey: string | undefined,
  ): FileEvidence | undefined => {
    const named: Field | undefined = fieldOf(config, key);
    if (named !== undefined) return evidence.file(named.value, role, named.at);
    const data = inlineKey === undefined ? undefined : fieldOf(config, inlineKey);
    return data === undefined
      ? undefined
      : evidence.inline(Buffer.from(data.value, "utf8"), role, data.at);
  };
  const ca = file("client-ca", keys.ca, keys.inline?.ca);
  const certificate = file("client-certificate", keys.certificate, keys.inline?.certificate);
  const key = file("client-key", keys.key, keys.inline?.key);
  const place = (field: string) => ({ file: config.file, field });
  return {
    who,
    places: {
      ca: place(keys.ca),
      certificate: place(keys.certificate),
      key: place(keys.key),
    },
    insecure: /^(?:true|1)$/i.test(
      (keys.insecure === undefined ? undefined : fieldOf(config, keys.insecure))?.value ?? "",
    ),
    ...(ca === undefined ? {} : { ca }),
    ...(certificate === undefined ? {} : { certificate }),
    ...(key === undefined ? {} : { key }),
  };
};
