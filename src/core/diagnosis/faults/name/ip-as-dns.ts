import { nameFault } from "../../name-fault.ts";
import { defineFault } from "../../fault.ts";

export const fault = defineFault({
  id: "name.ip-as-dns",
  title: "IP address written as a DNS name",
  side: "server",
  severity: "fault",
  stage: "name",
  cites: [
    "RFC 5280 section 4.2.1.6: iPAddress holds the octets",
    "RFC 9525 section 6.5",
    "crypto/x509: matchHostnames is not asked for addresses",
  ],
  explain: `The certificate has the address, but as a DNS name (\`DNS:10.0.0.1\`) where an IP name (\`IP:10.0.0.1\`) belongs.
To the eye it is all there; to clients the two are different types, and for an address they look at the second only.
It comes of tools and forms that have one field for all names.`,
  detect: (seen) =>
    nameFault(seen, "ip-as-dns", (t) => ({
      text: `${t.certificate} has the address ${t.wanted} as a DNS name, where clients look at IP names only`,
      evidence: [
        `DNS names: ${t.names.dns.join(", ") || "none"}; IP names: ${t.names.ips.join(", ") || "none"}`,
      ],
      fix: [
        {
          does: `issue the server's certificate again with IP:${t.wanted} in place of DNS:${t.wanted}`,
        },
      ],
    })),
});
