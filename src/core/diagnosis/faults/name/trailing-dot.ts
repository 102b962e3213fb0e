import { nameFault } from "../../name-fault.ts";
import { defineFault } from "../../fault.ts";

export const fault = defineFault({
  id: "name.trailing-dot",
  title: "Name in the certificate ends in a dot",
  side: "server",
  severity: "fault",
  stage: "name",
  cites: [
    "RFC 5280 section 4.2.1.6: preferred name syntax has no final dot",
    "crypto/x509: matchHostnames",
  ],
  explain: `The certificate has the name with the dot of the DNS root behind it: \`etcd1.example.com.\`. Node and curl take it;
Go, Java and rustls refuse. Such names come out of DNS zone files and scripts that read them.`,
  detect: (seen) =>
    nameFault(seen, "trailing-dot", (t) => ({
      text: `${t.certificate} has the name "${t.culprit}" with a dot at its end, which Go and Java do not take for "${t.wanted}"`,
      fix: [
        {
          does: `issue the server's certificate again with ${t.wanted} in place of ${t.culprit}`,
        },
      ],
    })),
});
