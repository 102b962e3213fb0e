import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import { locationText } from "../../location.ts";

export const fault = defineFault({
  id: "name.target-trailing-dot",
  title: "Host name is written with a dot at its end",
  side: "config",
  severity: "warning",
  stage: "name",
  explains: ["name.host-mismatch", "name.trailing-dot"],
  cites: ["RFC 6066 section 3: HostName without a trailing dot", "RFC 9525 section 6.3"],
  explain: `The host is written as \`etcd1.example.com.\`, with the dot of the DNS root. To DNS that is exact; to TLS it
is another name. Go and curl take the dot off before they compare, OpenSSL's own check does not, and servers that choose
their certificate by name (SNI must have no dot) may show another one.`,
  detect({ endpoint, client, probes }) {
    if (endpoint === undefined || probes === undefined) return undefined;
    const name = endpoint.servername ?? endpoint.host;
    if (!/[^.]\.$/.test(name)) return undefined;
    const bare = name.slice(0, -1);
    return {
      text: `the host name "${name}" of ${endpointText(endpoint)} is written with a dot at its end, which belongs to DNS and in no certificate`,
      subject: name,
      certainty: "proved",
      evidence: [`"${endpoint.written}" is written in ${locationText(endpoint.source)}`],
      breaks: `clients that compare names as they stand refuse the server; ${client.who} may be one of them`,
      fix: [{ does: `write "${bare}" in place of "${name}" in ${locationText(endpoint.source)}` }],
    };
  },
});
