import { nameFault } from "../../name-fault.ts";
import { defineFault } from "../../fault.ts";

export const fault = defineFault({
  id: "name.wildcard-partial",
  title: "Wildcard is only part of a label",
  side: "server",
  severity: "fault",
  stage: "name",
  cites: [
    "RFC 9525 section 6.3: the wildcard is the whole left-most label",
    "X509_check_host(3): X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS",
    "crypto/x509: matchHostnames",
  ],
  explain: `\`etcd*.example.com\` is a wildcard for part of a label. Node, Java and \`openssl -verify_hostname\` take it for
\`etcd1.example.com\`; Go, curl, rustls and GnuTLS refuse. So it works in the first test, and not where etcd or
Kubernetes is the client.`,
  detect: (seen) =>
    nameFault(seen, "wildcard-partial", (t) => ({
      text: `${t.certificate} has the name ${t.culprit}, whose "*" is only part of a label: Go and curl do not take it for "${t.wanted}"`,
      fix: [
        {
          does: `issue the server's certificate again with the names themselves, ${t.wanted} among them, in place of ${t.culprit}`,
        },
      ],
    })),
});
