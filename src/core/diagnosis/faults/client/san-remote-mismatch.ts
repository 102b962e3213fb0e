import { fromClientLog } from "../../client-fault.ts";
import { defineFault } from "../../fault.ts";
import { nameComplaintOf } from "../../log/name-complaint.ts";

export const fault = defineFault({
  id: "client.san-remote-mismatch",
  title: "Peer certificate does not have the address the peer comes from",
  side: "client",
  severity: "fault",
  stage: "client-certificate",
  explains: ["client.rejected", "client.name-not-allowed"],
  cites: [
    "etcd client/pkg/v3/transport/listener_tls.go: checkCertSAN",
    "etcd Documentation: peers' certificates are checked against their remote address",
  ],
  explain: `A member of an etcd cluster checks the certificate of each member that dials it against the address the connection
comes from: an IP name must be that address, or a DNS name must resolve to it. When none does, it closes without an alert; the
other side only sees "EOF" and calls the peer unhealthy. The log of the member that refuses has the words:
\`tls: "10.0.0.2" does not match any of DNSNames ["etcd2.local"]\`.

Addresses change behind NAT, in containers and with several interfaces: what counts is what the other member sees.`,
  detect: (seen) =>
    fromClientLog(seen, "name", (line, who) => {
      const text = line.text.replaceAll("\\", "");
      const parts = /tls: "([^"]+)" does not match any of DNSNames \[([^\]]*)\]/.exec(text);
      const complaint = nameComplaintOf(text);
      const address = parts?.[1] ?? complaint?.wanted?.value ?? line.remote;
      if (line.program !== "etcd" || address === undefined) return undefined;
      const told = parts?.[2]?.replaceAll('"', "").split(/[ ,]+/) ?? [
        ...(complaint?.names.dns ?? []),
        ...(complaint?.names.ips ?? []),
      ];
      const names = told.filter((name) => name !== "").join(", ") || "other names";
      return {
        text: `${who} shows a certificate for ${names}, and comes from the address ${address}, which none of them is or resolves to`,
        certainty: "proved",
        fix: [
          {
            does: `issue that member's peer certificate again with the IP address ${address} (or make ${names} resolve to it on the member that refuses), and restart the member`,
            command: `getent ahosts ${told[0] ?? address}`,
          },
        ],
      };
    }),
});
