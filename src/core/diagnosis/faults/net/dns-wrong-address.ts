import type { Certificate } from "../../../model/certificate.ts";
import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import { certificatesOf } from "../../file-evidence.ts";
import { failureOf } from "../../for-whom.ts";
import { greetedOf, writtenText } from "../../reach.ts";
import { callIt, namesText } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "net.dns-wrong-address",
  title: "Host name leads to another server",
  side: "network",
  severity: "fault",
  stage: "resolve",
  explains: [
    "name.host-mismatch",
    "served.stale",
    "served.not-configured-file",
    "time.served-stale",
    "trust.unknown-ca",
  ],
  cites: ["RFC 1034 section 3.6: address records", "hosts(5)"],
  explain: `The name resolves, something answers with TLS, and it is another server than the one that is meant: its certificate
names other hosts and addresses. A record that was not changed when a machine moved, a leftover line in /etc/hosts, two members
with one address, a wildcard record that catches a name that was never made.`,
  detect(seen) {
    const greeted = greetedOf(seen);
    const { served } = seen;
    if (greeted === undefined || served === undefined || served.name.kind !== "dns")
      return undefined;
    const { endpoint, main, connection, where } = greeted;
    if (main.via !== undefined || endpoint.reachedAt !== undefined) return undefined;
    if (endpoint.servername !== undefined) return undefined;
    if (/^localhost\.?$/i.test(endpoint.host)) return undefined;
    if (failureOf(served.failures, "name-mismatch") === undefined) return undefined;
    const { address } = connection;
    const reason =
      sameAsSibling(seen, address) ??
      // Nobody keeps records of names below localhost (RFC 6761 section 6.3).
      (main.names.source === "loopback" ? undefined : meantElsewhere(seen, address));
    if (reason === undefined) return undefined;
    const from = { "hosts-file": "/etc/hosts", dns: "DNS" }[main.names.source as string] ?? "DNS";
    return {
      text: `the name "${endpoint.host}" leads to ${address}, which is another server: its certificate ${callIt(served.leaf)} is for ${namesText(served.leaf)}`,
      subject: endpoint.host,
      certainty: "likely",
      evidence: [
        `${endpoint.host} is ${main.names.addresses.join(", ")} by ${from}`,
        reason,
        writtenText(endpoint),
      ],
      breaks: `clients of ${where} talk to the wrong server, and refuse its certificate`,
      fix: [
        {
          does: `correct the record of ${endpoint.host} in ${from === "DNS" ? `DNS (name servers ${main.names.servers.join(", ")})` : from}; see what it is now`,
          command: `getent hosts ${shellWord(endpoint.host)}`,
        },
      ],
    };
  },
});

/** Another endpoint of the list has the same address and certificate, and the certificate is that one's. */
const sameAsSibling = ({ siblings, served }: Case, address: string): string | undefined => {
  const twin = siblings.find(
    ({ endpoint, main, leaf }) =>
      leaf?.fingerprint === served?.leaf.fingerprint &&
      main?.connection?.address === address &&
      (served?.leaf.subjectAltName ?? []).some(
        (name) => name.kind === "dns" && name.value.toLowerCase() === endpoint.host.toLowerCase(),
      ),
  );
  return twin === undefined
    ? undefined
    : `${twin.endpoint.host} has the same address ${address} and the same certificate, which is ${twin.endpoint.host}'s own`;
};

/** The certificate (as served, or as the server's file has it) names addresses, and this is none of them. */
const meantElsewhere = ({ server, served }: Case, address: string): string | undefined => {
  const [file] = certificatesOf(server?.certificate);
  const meant = file ?? served?.leaf;
  const addresses = meant === undefined ? [] : addressesOf(meant);
  if (addresses.length === 0 || addresses.includes(address)) return undefined;
  // A file that is what is served, or that is of another host, says nothing of where the name should lead.
  if (file !== undefined && file.fingerprint === served?.leaf.fingerprint) return undefined;
  return file === undefined
    ? `the certificate there is for the addresses ${addresses.join(", ")}, and ${address} is none of them`
    : `${server!.certificate!.name} is for the addresses ${addresses.join(", ")}, and ${address} is none of them`;
};

const addressesOf = ({ subjectAltName }: Certificate): readonly string[] =>
  (subjectAltName ?? []).flatMap((name) => (name.kind === "ip" ? [name.value] : []));
