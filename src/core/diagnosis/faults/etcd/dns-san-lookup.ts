import { lineSaying, lineText } from "../../etcd-settings.ts";
import { defineFault } from "../../fault.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "etcd.dns-san-lookup",
  title: "A DNS name of a peer's certificate does not lead to the peer's address",
  side: "network",
  severity: "fault",
  stage: "client-certificate",
  explains: ["client.san-remote-mismatch", "client.rejected"],
  cites: ["etcd client/pkg/v3/transport/listener_tls.go: checkCertSAN, isHostInDNS"],
  explain: `When a peer's certificate has DNS names, etcd looks each of them up and wants one to resolve to the address that the
peer's connection comes from. So etcd depends on DNS in the moment of a handshake: a name that leads elsewhere, or a name
server that does not answer, closes the connection without an alert. An IP address in the certificate needs no lookup.`,
  detect(seen) {
    const words = /tls: \\?"([^"\\]+)\\?" does not match any of DNSNames \[([^\]]*)\](.*)/;
    const line = lineSaying(seen, words);
    const parts = words.exec(line?.text ?? "");
    if (line === undefined || parts === null) return undefined;
    const [, address = "", list = "", rest = ""] = parts;
    // A name that does not exist at all is for the certificate to mend: client.san-remote-mismatch.
    if (/no such host/.test(rest)) return undefined;
    const names = list.split(/[\s,]+/).map((name) => name.replaceAll(/["\\]/g, ""));
    const unanswered = /timeout|misbehaving|refused|unreachable/.test(rest);
    return {
      text: unanswered
        ? `etcd could not look up ${names.join(", ")} and therefore refused the peer at ${address}`
        : `${names.join(", ")} of the peer's certificate ${names.length === 1 ? "does" : "do"} not resolve to ${address}, where the peer comes from`,
      subject: names[0] ?? address,
      certainty: "proved",
      evidence: [lineText(line)],
      breaks: "the members do not connect; the other side sees only EOF",
      fix: [
        {
          does: `${unanswered ? "mend the resolver of this member" : `make ${names[0] ?? "the name"} resolve to ${address} on this member`}, or issue the peer's certificate with the IP address ${address}`,
          command: `getent ahosts ${shellWord(names[0] ?? address)}`,
        },
      ],
    };
  },
});
