import type { Case } from "../../case.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { logSaying } from "../../log/saying.ts";
import { secondsText, silenceIn, writtenText } from "../../reach.ts";

export const fault = defineFault({
  id: "net.filtered",
  title: "Packets are dropped on the way",
  side: "network",
  severity: "fault",
  stage: "connect",
  cites: [
    "RFC 9293 section 3.8.1 and RFC 6298 section 2: a SYN is repeated after 1 s, 3 s, 7 s",
    "Linux tcp(7): tcp_syn_retries, 127 s until ETIMEDOUT",
  ],
  explain: `Nobody answered the request for a connection, not even with a refusal. A firewall, a cloud's security group or a
network policy drops the packets, the machine is off, or the address belongs to nobody. A machine that is up and merely has no
such service refuses at once; so when another port of it answers, it is a rule about this port.

Programs without a time-out of their own hang here for some two minutes. Go says "i/o timeout", curl "Connection timed out",
Java "Connect timed out".`,
  detect: (seen) => fromLook(seen) ?? fromLog(seen),
});

const fromLook = ({ endpoint, probes }: Case): Detected | undefined => {
  if (endpoint === undefined || probes === undefined) return undefined;
  const { main, followUps, waiting } = probes;
  const silent = main.attempts.filter(({ outcome }) => outcome === "filtered");
  if (main.via !== undefined || main.connection !== undefined || silent.length === 0)
    return undefined;
  // A queue of this very machine that nobody empties is no firewall.
  if (main.attempts.some(({ outcome }) => outcome === "refused") || (waiting ?? 0) > 0)
    return undefined;
  const waited = silenceIn(main, "connect");
  const long = silent.some(({ milliseconds }) => milliseconds >= 500);
  if (waited === undefined && !long) return undefined;
  const where = endpointText(endpoint);
  const other = followUps["other-port"]?.attempts[0];
  const alive = other?.outcome === "refused" || other?.outcome === "connected";
  return {
    text: `nobody answers on ${where}: the packets of a connection are dropped on the way`,
    subject: where,
    certainty: alive ? "proved" : "likely",
    evidence: [
      ...silent.map(
        ({ address, milliseconds }) =>
          `${address} port ${endpoint.port} neither accepted nor refused within ${secondsText(milliseconds)}`,
      ),
      ...(other === undefined
        ? []
        : [
            alive
              ? `port 1 of ${other.address} ${other.outcome === "refused" ? "refused" : "accepted"} after ${secondsText(other.milliseconds)}: the machine is there, and a rule is about port ${endpoint.port}`
              : `port 1 of ${other.address} did not answer either: the whole machine is off or shut away`,
          ]),
      writtenText(endpoint),
    ],
    breaks: `no client from here reaches ${where}; those without a time-out of their own hang for minutes`,
    fix: [
      {
        does: `allow TCP port ${endpoint.port} to ${silent[0]!.address} in the firewalls, security groups and network policies between here and there, and see that the machine is up; try from elsewhere, too`,
        command: `certwright doctor ${where}`,
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  const found = logSaying(seen, {
    says: /dial tcp \S+: (?:i\/o timeout|connect: connection timed out)|ETIMEDOUT|Connect(?:ion)? timed out|\(28\) (?:Failed to connect|Connection time)|delayed_connect_error: ?_?Connection_timed_out|upstream timed out .* while connecting/i,
    unless: /lookup|Resolving|proxyconnect/i,
  });
  if (found === undefined) return undefined;
  const { where, certainty, evidence } = found;
  return {
    text: `nobody answered a connection to ${where}: its packets are dropped on the way`,
    subject: where,
    certainty,
    evidence,
    breaks: `${where} is not reached from the machine that wrote this`,
    fix: [
      {
        does: `allow that port of ${where} in the firewalls, security groups and network policies on the way, and see that the machine is up; from the machine that wrote this, try`,
        ...found.look,
      },
    ],
  };
};
