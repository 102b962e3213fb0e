import { defineFault } from "../../fault.ts";
import { greetedOf, secondsText, silenceIn, writtenText } from "../../reach.ts";

export const fault = defineFault({
  id: "net.stalled-mid-handshake",
  title: "Handshake begins and gets stuck",
  side: "network",
  severity: "fault",
  stage: "first-bytes",
  cites: [
    "RFC 2923 section 2.1: TCP problems with path MTU discovery, black hole",
    "RFC 8446 section 5.1: a record says its length first",
  ],
  explain: `The server began to answer, and in the middle of a record nothing more came. The certificates are the first thing
in a connection that fills whole packets: when large packets vanish on the way (a tunnel, VPN or overlay network with a smaller
MTU, and a firewall that drops the ICMP messages about it), small ones get through and the handshake stops exactly there.
A server or relay that hangs in mid-sentence is rarer.`,
  detect(seen) {
    const greeted = greetedOf(seen);
    if (greeted === undefined) return undefined;
    const { where, endpoint, connection, main, handshake } = greeted;
    const silence = silenceIn(main, "handshake");
    if (silence === undefined || connection.received === 0 || connection.end.how !== "open")
      return undefined;
    const { cutOff, malformed, records } = handshake.flight;
    if (malformed !== undefined || (cutOff === undefined && records === 0)) return undefined;
    const got =
      cutOff === undefined
        ? `${connection.received} octets, whole records, and not the rest of the handshake`
        : `${cutOff.have} of ${cutOff.want} octets of a ${cutOff.what}`;
    return {
      text: `${where} begins the handshake and gets stuck: ${got} came, then nothing more`,
      subject: where,
      certainty: "proved",
      evidence: [
        `${connection.received} octets came from ${connection.address}`,
        `waited ${secondsText(silence.end - silence.start)} for ${silence.awaited ?? "more"}`,
        writtenText(endpoint),
      ],
      breaks: `clients of ${where} hang in the handshake until they give up`,
      fix: [
        {
          does: `if a tunnel, VPN or overlay network is on the way, lower its MTU (or clamp the MSS of TCP), and let ICMP "fragmentation needed" pass; see what gets through to ${connection.address}`,
          command: `tracepath -n ${connection.address}`,
        },
        {
          does: "to try it, clamp the MSS on the router or tunnel",
          command:
            "iptables -t mangle -A FORWARD -p tcp --tcp-flags SYN,RST SYN -j TCPMSS --clamp-mss-to-pmtu",
        },
      ],
    };
  },
});
