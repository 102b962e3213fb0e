import { commandLinePlaces } from "../../core/diagnosis/endpoint.ts";
import type { FlatDocument } from "./flat-yaml.ts";
import { clientFromOptions } from "./gather-address.ts";
import type { Part, Surroundings } from "./part.ts";

const modeKey = "spec.trafficPolicy.tls.mode";

/** Istio's rule for how a host is called, when it is by TLS. */
export const isDestinationRule = (document: FlatDocument): boolean =>
  document["kind"]?.value === "DestinationRule" &&
  /^(?:ISTIO_MUTUAL|MUTUAL|SIMPLE)$/.test(document[modeKey]?.value ?? "");

/** A DestinationRule: whether its host, reached with --at, speaks TLS at all. */
export const gatherDestinationRule = (
  document: FlatDocument,
  path: string,
  around: Surroundings,
): Part => {
  const host = document["spec.host"]?.value ?? "";
  const name = document["metadata.name"]?.value ?? "";
  const { at, servername } = around.options;
  const part: Part = {
    kind: "mesh-policy",
    configs: [
      { kind: "mesh-policy", file: path, fields: document, about: `DestinationRule ${name}` },
    ],
    connections: [],
    blind: [],
  };
  if (at === undefined)
    return {
      ...part,
      blind: [`${host} is reached inside the mesh only: say with --at HOST:PORT where from here`],
    };
  return {
    ...part,
    connections: [
      {
        endpoint: {
          host,
          port: at.port,
          scheme: "https",
          path: "/",
          program: "unknown",
          source: document["spec.host"]?.at ?? { file: path },
          written: host,
          reachedAt: at,
          ...(servername === undefined ? {} : { servername }),
        },
        client: clientFromOptions(around, {
          who: "the caller's sidecar",
          insecure: false,
          places: commandLinePlaces,
        }),
      },
    ],
  };
};
