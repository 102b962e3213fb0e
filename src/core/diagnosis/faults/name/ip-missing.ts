import { nameFault } from "../../name-fault.ts";
import { defineFault } from "../../fault.ts";

export const fault = defineFault({
  id: "name.ip-missing",
  title: "Certificate is not for the address it is reached by",
  side: "server",
  severity: "fault",
  stage: "name",
  cites: [
    "RFC 5280 section 4.2.1.6: iPAddress",
    "RFC 9525 section 6.5",
    "crypto/x509: HostnameError",
  ],
  explain: `The client reached the server by an IP address, and the certificate has no such address. DNS names in it do not
help: a client that was given an address looks at IP names only. Either the certificate gets the address (for kubeadm:
\`apiServer.certSANs\`; for etcd's certificates: \`etcd.local.serverCertSANs\`), or clients use a name that is in it.

Go says "cannot validate certificate for 10.0.0.1 because it doesn't contain any IP SANs", Java "No subject alternative
names matching IP address found", curl "no alternative certificate subject name matches".`,
  detect: (seen) =>
    nameFault(seen, "ip-missing", (t) => ({
      text: `${t.certificate} is not for the address ${t.wanted} but for ${t.present}`,
      fix: [
        {
          does: `issue the server's certificate again with the IP address ${t.wanted}${t.names.dns.length === 0 || t.names.dns[0] === "-" ? "" : `, or reach it as "${t.names.dns[0]}": write that in place of "${t.written}" in ${t.source}`}`,
        },
      ],
    })),
});
