import type { ConnectAttempt } from "../../../tls/observation.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import { secondsText, writtenText } from "../../reach.ts";

export const fault = defineFault({
  id: "net.family",
  title: "Server listens on one IP version only",
  side: "server",
  severity: "fault",
  stage: "connect",
  explains: ["net.refused"],
  cites: [
    "RFC 8305: Happy Eyeballs",
    "RFC 6724 section 2.1: which address comes first",
    "ipv6(7): IPV6_V6ONLY",
  ],
  explain: `The server answers over IPv6 and refuses over IPv4, or the other way round: it listens on \`[::1]\` or \`127.0.0.1\`
alone, while the name (localhost, above all) has addresses of both kinds. Clients that try all addresses (Go, curl, current Node)
get through, those that take the first one (older Node and Java, health checks, scripts with the bare address) do not.`,
  detect({ endpoint, probes }) {
    if (endpoint === undefined || probes === undefined || probes.main.via !== undefined)
      return undefined;
    const { main, followUps } = probes;
    const refused = main.attempts.filter(({ outcome }) => outcome === "refused");
    const other = [...main.attempts, ...(followUps["other-family"]?.attempts ?? [])].find(
      ({ outcome }) => outcome === "connected",
    );
    if (other === undefined || !refused.some(({ family }) => family !== other.family))
      return undefined;
    // Everybody's localhost may be both, and servers of a laptop listen on IPv4: no reason to worry.
    if (main.connection !== undefined && other.family === 4 && isLoopback(other)) return undefined;
    const where = endpointText(endpoint);
    const [first] = refused;
    const { family } = other;
    return {
      text: `the server at ${where} listens on IPv${family} only: ${other.address} answers, ${first!.address} refuses`,
      subject: where,
      // Most clients try IPv4 when IPv6 fails, and find it; the other way round fewer do.
      certainty: main.connection !== undefined && family === 4 ? "possible" : "proved",
      evidence: [
        ...refused.map(
          ({ address, milliseconds }) =>
            `${address} port ${endpoint.port} refused after ${secondsText(milliseconds)}`,
        ),
        `${other.address} port ${endpoint.port} accepted after ${secondsText(other.milliseconds)}`,
        writtenText(endpoint),
      ],
      breaks: `clients that use IPv${family === 6 ? 4 : 6} do not reach it`,
      fix: [
        {
          does: `let the server listen on both (an address of 0.0.0.0 and [::], or both loopback addresses), or write ${other.address} in place of "${endpoint.host}" where clients are configured; see where it listens`,
          command: `ss -ltn 'sport = :${endpoint.port}'`,
        },
      ],
    };
  },
});

const isLoopback = ({ address }: ConnectAttempt): boolean => /^127\.|^::1$/.test(address);
