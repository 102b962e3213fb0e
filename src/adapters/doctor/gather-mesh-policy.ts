import type { Config } from "../../core/diagnosis/config.ts";
import { commandLinePlaces, type Endpoint } from "../../core/diagnosis/endpoint.ts";
import type { FlatDocument } from "./flat-yaml.ts";
import { clientFromOptions } from "./gather-address.ts";
import type { Part, Surroundings } from "./part.ts";

const ruleMode = "spec.trafficPolicy.tls.mode";

/** Istio's rule for how a host is called. */
const isDestinationRule = (document: FlatDocument): boolean =>
  document["kind"]?.value === "DestinationRule" && document[ruleMode] !== undefined;

/** Istio's policy for how workloads are called. */
const isPeerAuthentication = (document: FlatDocument): boolean =>
  document["kind"]?.value === "PeerAuthentication";

export const isMeshPolicy = (document: FlatDocument): boolean =>
  isDestinationRule(document) || isPeerAuthentication(document);

/**
 * PeerAuthentications and DestinationRules of a file. Reached with --at: whether the host of a rule speaks TLS at all, and
 * whether a workload under a policy takes who calls it.
 */
export const gatherMeshPolicy = (
  document: FlatDocument,
  path: string,
  around: Surroundings,
  documents: readonly FlatDocument[],
): Part => {
  const configs = documents.filter(isMeshPolicy).map((fields): Config => ({
    kind: "mesh-policy",
    file: path,
    fields,
    about: `${fields["kind"]!.value} ${fields["metadata.name"]?.value ?? ""}`,
  }));
  const part: Part = { kind: "mesh-policy", configs, connections: [], blind: [] };
  const rule = documents.find(isDestinationRule);
  const { at, servername } = around.options;
  const host = rule?.["spec.host"] ??
    document["metadata.namespace"] ?? { value: "a workload", at: { file: path } };
  if (at === undefined)
    return {
      ...part,
      blind: [
        `${rule === undefined ? "what the policy is for" : host.value} is reached inside the mesh only: say with --at HOST:PORT where from here`,
      ],
    };
  // Who has no certificate of the mesh is outside of it, and speaks plaintext.
  const secure =
    rule === undefined ? around.options.cert !== undefined : rule[ruleMode]!.value !== "DISABLE";
  const endpoint: Endpoint = {
    host: rule === undefined ? at.host : host.value,
    port: at.port,
    scheme: secure ? "https" : "http",
    path: "/",
    program: "workload",
    source: host.at,
    written: host.value,
    reachedAt: at,
    ...(servername === undefined ? {} : { servername }),
  };
  const client = clientFromOptions(around, {
    who: secure ? "the caller's sidecar" : "the caller",
    insecure: false,
    places: commandLinePlaces,
  });
  return { ...part, connections: [{ endpoint, client }] };
};
