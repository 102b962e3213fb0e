import type { GatheredConnection } from "../../core/diagnosis/case.ts";
import type { Config } from "../../core/diagnosis/config.ts";
import type { ClientSetup, Endpoint } from "../../core/diagnosis/endpoint.ts";
import type { FlatDocument } from "./flat-yaml.ts";
import { clientFromOptions, serverFromOptions } from "./gather-address.ts";
import { decoded } from "./gather-kubeconfig.ts";
import { parseEndpoint } from "./parse-endpoint.ts";
import type { Part, Surroundings } from "./part.ts";

/** Objects that tell kube-apiserver to call another server, and to trust a CA for it. */
const kinds =
  /^(?:ValidatingWebhookConfiguration|MutatingWebhookConfiguration|APIService|CustomResourceDefinition)$/;

/** Prefixes of the objects of such a kind: "" for the document itself, "items[0]." in a list. */
const objectsIn = (document: FlatDocument): readonly string[] =>
  Object.entries(document)
    .filter(([key, { value }]) => /^(?:items\[\d+\]\.)?kind$/.test(key) && kinds.test(value))
    .map(([key]) => key.slice(0, -"kind".length));

export const isWebhook = (document: FlatDocument): boolean => objectsIn(document).length > 0;

/** Where the settings of one called server begin: "webhooks[0].clientConfig", "spec". */
const clientConfigsIn = (document: FlatDocument, object: string): readonly string[] => {
  const kind = document[`${object}kind`]!.value;
  if (kind === "APIService") {
    const remote = Object.keys(document).some((key) => key.startsWith(`${object}spec.service.`));
    return remote ? [`${object}spec`] : [];
  }
  const found = new Set<string>();
  for (const key of Object.keys(document)) {
    const prefix =
      /^(?:items\[\d+\]\.)?(?:webhooks\[\d+\]|spec\.conversion\.webhook)\.clientConfig(?=\.|$)/.exec(
        key,
      )?.[0];
    if (prefix?.startsWith(object) === true) found.add(prefix);
  }
  return [...found];
};

/** Webhook configurations and APIServices of all documents of a file: each server that kube-apiserver would call. */
export const gatherWebhook = (
  _document: FlatDocument,
  path: string,
  around: Surroundings,
  documents: readonly FlatDocument[],
): Part => {
  const configs: Config[] = [];
  const connections: GatheredConnection[] = [];
  const blind: string[] = [];
  for (const document of documents) {
    for (const object of objectsIn(document)) {
      const kind = document[`${object}kind`]!.value;
      const name = document[`${object}metadata.name`]?.value ?? "";
      configs.push({
        kind: kind === "APIService" ? "api-service" : "webhook",
        file: path,
        fields: document,
        about: `${kind} ${name}`,
      });
      for (const at of clientConfigsIn(document, object)) {
        const connection = connectionOf(document, at, path, around);
        if (typeof connection === "string") blind.push(connection);
        else connections.push(connection);
      }
    }
  }
  // Inside the cluster only: without --at the manifest alone can be judged.
  if (around.options.at === undefined)
    for (const { endpoint, offline } of connections)
      if (offline === true)
        blind.push(
          `${endpoint.host} is reached inside the cluster only: say with --at https://HOST:PORT where from here (kubectl port-forward)`,
        );
  return { kind: configs[0]?.kind ?? "webhook", configs, connections, blind };
};

const connectionOf = (
  document: FlatDocument,
  at: string,
  path: string,
  around: Surroundings,
): GatheredConnection | string => {
  const { evidence, options } = around;
  const value = (key: string) => document[`${at}.${key}`]?.value ?? "";
  const service = value("service.name");
  const url = document[`${at}.url`];
  const source = document[`${at}.service.name`]?.at ?? url?.at ?? { file: path, field: at };
  const named =
    service === ""
      ? parseEndpoint(value("url"), source, { program: "webhook", port: 443 })
      : parseEndpoint(
          `https://${service}.${value("service.namespace") || "default"}.svc:${value("service.port") || "443"}`,
          source,
          { program: "webhook" },
        );
  if (named === undefined) return `${path} (${at}) names neither a service nor a URL`;
  const endpoint: Endpoint = {
    ...named,
    ...(options.servername === undefined ? {} : { servername: options.servername }),
    ...(options.at === undefined ? {} : { reachedAt: options.at }),
  };
  const bundle = document[`${at}.caBundle`];
  const place = bundle?.at ?? { file: path, field: `${at}.caBundle` };
  const ca =
    bundle === undefined || bundle.value === ""
      ? undefined
      : evidence.inline(decoded(bundle.value), "ca-bundle", bundle.at);
  const configured: ClientSetup = {
    who: "kube-apiserver",
    insecure: value("insecureSkipTLSVerify") === "true",
    places: {
      ca: place,
      certificate: { file: "kube-apiserver", field: "--proxy-client-cert-file" },
      key: { file: "kube-apiserver", field: "--proxy-client-key-file" },
    },
    ...(ca === undefined ? {} : { ca }),
  };
  const server = serverFromOptions(around);
  return {
    endpoint,
    client: clientFromOptions(around, configured),
    ...(server === undefined ? {} : { server }),
    ...(service !== "" && options.at === undefined ? { offline: true as const } : {}),
  };
};
