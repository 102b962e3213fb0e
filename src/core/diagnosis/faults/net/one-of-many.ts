import type { Observation } from "../../../tls/observation.ts";
import { defineFault } from "../../fault.ts";
import { endpointText } from "../../endpoint.ts";
import { locationText } from "../../location.ts";
import { secondsText } from "../../reach.ts";

export const fault = defineFault({
  id: "net.one-of-many",
  title: "One endpoint of several is not reached",
  side: "server",
  severity: "fault",
  stage: "connect",
  explains: ["net.refused", "net.filtered", "net.unreachable", "net.reset-on-connect"],
  cites: [
    "etcd client/v3: endpoints are tried in turn",
    "calico #2181: calicoctl loops over endpoints",
  ],
  explain: `Several endpoints are configured, and exactly one of them gets no connection, while the others answer. Clients
try them in turn, so it works now and then: slow at the start, hanging when that one comes first, "DeadlineExceeded" from
time to time. The configuration on the client's side is right as it is, unless that member was taken out for good; then the
endpoint belongs out of the list.`,
  detect({ endpoint, probes, siblings }) {
    if (endpoint === undefined || probes === undefined || siblings.length === 0) return undefined;
    const trouble = troubleOf(probes.main);
    if (trouble === undefined) return undefined;
    const others = siblings.filter(({ main }) => main?.connection !== undefined);
    if (others.length < siblings.length) return undefined;
    const where = endpointText(endpoint);
    const all = siblings.length + 1;
    return {
      text: `only ${where} of the ${all} endpoints is not reached: ${trouble}; the ${others.length === 1 ? "other one answers" : `other ${others.length} answer`}`,
      subject: where,
      certainty: "proved",
      evidence: [
        `${where}: ${trouble}`,
        ...others.map(({ endpoint: other, main }) => {
          const { connection } = main!;
          return `${endpointText(other)}: answers (${connection!.address})`;
        }),
        `the endpoint "${endpoint.written}" is written in ${locationText(endpoint.source)}`,
      ],
      breaks: `clients work through the others, and hang or fail whenever they try ${where}`,
      fix: [
        {
          does: `mend that member: start the service on ${where} and let port ${endpoint.port} through; if it is gone for good, take "${endpoint.written}" out of ${locationText(endpoint.source)}. On that machine`,
          command: `ss -ltnp 'sport = :${endpoint.port}'`,
        },
      ],
    };
  },
});

/** Why there is no connection, in words. */
const troubleOf = ({ via, connection, attempts }: Observation): string | undefined => {
  const first = attempts.find(({ outcome }) => outcome !== "untried");
  if (via !== undefined || connection !== undefined || first === undefined) return undefined;
  const after = secondsText(first.milliseconds);
  switch (first.outcome) {
    case "refused":
      return `the connection was refused (${first.address}, after ${after})`;
    case "filtered":
      return `nobody answered within ${after} (${first.address})`;
    default:
      return `${first.code ?? first.outcome} (${first.address})`;
  }
};
