import type { Case } from "../../case.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { greetedOf, leftWithoutAWord, writtenText } from "../../reach.ts";

export const fault = defineFault({
  id: "net.reset-on-connect",
  title: "Connection is reset as soon as it is made",
  side: "network",
  severity: "fault",
  stage: "connect",
  explains: ["net.reset-in-handshake", "net.closed-in-handshake"],
  cites: [
    "RFC 9293 section 3.5.2: reset generation",
    "iptables-extensions(8): REJECT --reject-with tcp-reset",
  ],
  explain: `The connection came about and was broken at once, before a single byte was sent. So it is nothing about TLS and
nothing about certificates: a load balancer without a healthy backend, a firewall or service mesh that resets what it does not
allow, a server with a list of allowed addresses, or one that has no free worker.`,
  detect: (seen) => whileConnecting(seen) ?? whileListening(seen),
});

/** A reset in the very moment of connecting. */
const whileConnecting = ({ endpoint, probes }: Case): Detected | undefined => {
  if (endpoint === undefined || probes === undefined) return undefined;
  const { main } = probes;
  const broken = main.attempts.find(({ outcome }) => outcome === "reset");
  if (main.via !== undefined || main.connection !== undefined || broken === undefined)
    return undefined;
  return told(endpointText(endpoint), [
    `${broken.address} port ${endpoint.port}: ${broken.code ?? "reset"} after ${broken.milliseconds} ms`,
    writtenText(endpoint),
  ]);
};

/** A second connection, on which we said nothing at all, was reset just so. */
const whileListening = (seen: Case): Detected | undefined => {
  const greeted = greetedOf(seen);
  if (greeted === undefined || !leftWithoutAWord(greeted)) return undefined;
  const silent = greeted.followUps.listen?.connection;
  if (greeted.connection.end.how !== "reset" || silent?.end.how !== "reset") return undefined;
  return told(greeted.where, [
    `a connection was reset (${greeted.connection.end.code ?? "reset"}) before a byte came`,
    `another one, on which nothing was sent, was reset as well (${silent.end.code ?? "reset"})`,
    writtenText(greeted.endpoint),
  ]);
};

const told = (where: string, evidence: readonly string[]): Detected => ({
  text: `${where} accepts connections and resets them at once, before anything is said`,
  subject: where,
  certainty: "proved",
  evidence,
  breaks: `no client gets a word out of ${where}`,
  fix: [
    {
      does: `see what stands at ${where}: whether the load balancer has a healthy backend, whether a firewall or mesh policy rejects this client, whether the server has a list of allowed addresses; on the server`,
      command: `ss -ltnp 'sport = :${where.split(":").at(-1)}'`,
    },
  ],
});
