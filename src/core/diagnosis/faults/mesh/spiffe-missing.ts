import type { Case } from "../../case.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { locationText } from "../../location.ts";
import { inMesh, meshLine, spiffeOf, trustDomainOf } from "../../mesh.ts";
import { callIt, certificateFacts, namesText } from "../../words.ts";

export const fault = defineFault({
  id: "mesh.spiffe-missing",
  title: "Certificate has no SPIFFE identity",
  side: "client",
  severity: "fault",
  stage: "client-certificate",
  explains: [
    "client.rejected",
    "name.spiffe-only",
    "name.host-mismatch",
    "client.name-not-allowed",
  ],
  cites: ["SPIFFE X509-SVID section 2: SPIFFE ID", "istio.io: Istio identity"],
  explain: `In a mesh a certificate says who somebody is by a URI name, spiffe://TRUST-DOMAIN/ns/NAMESPACE/sa/ACCOUNT. One that was issued with
DNS names alone, by hand or by a cert-manager Issuer in place of istio-csr, passes TLS when its CA is right, and is nobody for
authorization policies and for Envoy's matching of names.`,
  detect: (seen) => fromServer(seen) ?? fromLog(seen),
});

const fromServer = ({ endpoint, served, own, demand }: Case): Detected | undefined => {
  if (endpoint === undefined || served === undefined || own === undefined) return undefined;
  const theirs = spiffeOf(served.leaf);
  const mine = spiffeOf(own.certificate);
  const { certificate, file } = own;
  const where = endpointText(endpoint);
  if (theirs !== undefined && mine === undefined && demand?.asked === true) {
    return {
      text: `${where} is a workload of a mesh (${theirs}), and the client certificate ${callIt(certificate)} in ${file.name} has no SPIFFE identity`,
      subject: file.name,
      certainty: demand.acceptance.verdict === "refused" ? "proved" : "likely",
      evidence: [
        `${locationText(file.named)}: ${certificateFacts(certificate)}, names ${namesText(certificate)}`,
        `the server's identity is ${theirs}`,
      ],
      breaks: "the mesh does not know who the client is, and its policies refuse it",
      fix: [
        {
          does: `have ${file.name} issued again with the URI name spiffe://${trustDomainOf(theirs)}/ns/NAMESPACE/sa/ACCOUNT`,
        },
      ],
    };
  }
  const sameRoot =
    served.failures.go.every(({ code }) => code !== "unknown-authority") &&
    served.anchors.length > 0;
  if (theirs === undefined && mine !== undefined && sameRoot) {
    return {
      text: `the certificate ${callIt(served.leaf)} of ${where} has no SPIFFE identity, only the names ${namesText(served.leaf)}: for a workload such as ${mine} it is nobody`,
      subject: where,
      side: "server",
      certainty: "likely",
      evidence: [`the server sent ${certificateFacts(served.leaf)}`, `our identity is ${mine}`],
      breaks:
        "workloads of the mesh refuse the server, since its identity is not the one of its service account",
      fix: [
        {
          does: `have the certificate of ${where} issued again with the URI name spiffe://${trustDomainOf(mine)}/ns/NAMESPACE/sa/ACCOUNT, or take it out of the mesh (DestinationRule with tls mode SIMPLE)`,
        },
      ],
    };
  }
  return undefined;
};

const fromLog = (seen: Case): Detected | undefined => {
  const line =
    meshLine(
      seen,
      /certificate[_ ]SANs[_ ]are[_ ]?\[\]|contains no URI SAN|no SPIFFE ID|missing SPIFFE|SPIFFE ID (?:is )?(?:missing|not found|empty)|does not (?:have|contain) an? ?(?:valid )?SPIFFE/i,
    ) ??
    // Names there are, but none of a workload.
    meshLine(seen, /certificate[_ ]SANs[_ ]are[_ ]?\[(?![^\]]*spiffe)/i, inMesh);
  if (line === undefined) return undefined;
  return {
    text: "a certificate in the mesh has no SPIFFE identity: nobody knows whose it is",
    subject: line.file,
    certainty: "likely",
    evidence: [`${line.file}:${line.line}: ${line.raw}`],
    breaks: "the connection is refused although the certificate's CA is right",
    fix: [
      {
        does: "have that certificate issued again with the URI name spiffe://TRUST-DOMAIN/ns/NAMESPACE/sa/ACCOUNT",
        command: "istioctl proxy-config secret POD -n NAMESPACE",
      },
    ],
  };
};
