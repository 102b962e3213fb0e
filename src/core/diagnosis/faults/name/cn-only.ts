import { nameFault } from "../../name-fault.ts";
import { defineFault } from "../../fault.ts";

export const fault = defineFault({
  id: "name.cn-only",
  title: "Certificate has its name in the common name only",
  side: "server",
  severity: "fault",
  stage: "name",
  cites: [
    "RFC 9525 section 2: the CN-ID is gone",
    'crypto/x509: "relies on legacy Common Name field", Go 1.15',
    "golang/go#39568",
  ],
  explain: `The certificate has no subject alternative name that counts; its only name is the common name of the subject. Node, curl,
Java and GnuTLS fall back to that, so it seems to work. Go (etcd, Kubernetes, calicoctl, Docker) has not since 1.15,
and rustls never has: "certificate relies on legacy Common Name field, use SANs instead".

For an IP address in the common name curl alone falls back.`,
  detect: (seen) =>
    nameFault(seen, "cn-only", (t) => ({
      text: `${t.certificate} has no subject alternative names, only the common name${t.culprit === "" ? "" : ` "${t.culprit}"`}, which does not count`,
      evidence: [
        `asked for: ${t.wanted}; DNS names: none; common name: ${t.culprit || "not told"}`,
      ],
      fix: [
        {
          does: `issue the server's certificate again with ${t.wantedWords} as a subject alternative name`,
        },
      ],
    })),
});
