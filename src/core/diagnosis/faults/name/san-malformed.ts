import { nameFault } from "../../name-fault.ts";
import { defineFault } from "../../fault.ts";

export const fault = defineFault({
  id: "name.san-malformed",
  title: "Name in the certificate is no name",
  side: "server",
  severity: "fault",
  stage: "name",
  cites: [
    "RFC 5280 section 4.2.1.6: dNSName in preferred name syntax",
    "crypto/x509: parseSANExtension",
  ],
  explain: `A DNS name in the certificate holds what no host name can: a port, a blank, "https://", or a whole list with commas
in it. A tool took several names, or an endpoint, for one name (Vault wants \`alt_names\` with commas and without blanks,
OpenSSL one \`DNS:\` for each). Clients compare it as it stands, and it matches nothing.`,
  detect: (seen) =>
    nameFault(seen, "san-malformed", (t) => ({
      text: `${t.certificate} has "${t.culprit}" as a DNS name, which no host is called; ${t.wantedWords} is asked for`,
      evidence: [
        `DNS names as they stand: ${t.names.dns.map((name) => `"${name}"`).join(" and ")}`,
      ],
      fix: [
        {
          does: `issue the server's certificate again with each name on its own, without port, scheme or comma: ${t.wanted} in place of "${t.culprit}"`,
        },
      ],
    })),
});
