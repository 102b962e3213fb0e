import type { Case } from "../../case.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { meshLine, spiffeOf, trustDomainOf } from "../../mesh.ts";
import { certificateFacts } from "../../words.ts";

export const fault = defineFault({
  id: "mesh.trust-domain",
  title: "Workloads of different trust domains",
  side: "config",
  severity: "fault",
  stage: "name",
  explains: [
    "name.spiffe-only",
    "name.host-mismatch",
    "name.no-names",
    "client.rejected",
    "client.wrong-ca",
    "trust.unknown-ca",
    "mesh.root-rotated",
  ],
  cites: [
    "SPIFFE-ID section 2.1: Trust Domain",
    "istio.io: Trust Domain Migration, trustDomainAliases",
  ],
  explain: `An identity in a mesh begins with its trust domain: spiffe://TRUST-DOMAIN/ns/…/sa/…. Two clusters, or one before and after the
change of meshConfig.trustDomain, have different ones; authorization policies and Envoy's matching of names then refuse the other side, even
when the roots are the same.`,
  detect: (seen) => fromServer(seen) ?? fromLog(seen),
});

const fromServer = ({ endpoint, served, own }: Case): Detected | undefined => {
  const theirs = spiffeOf(served?.leaf);
  const mine = spiffeOf(own?.certificate);
  if (endpoint === undefined || theirs === undefined || mine === undefined) return undefined;
  const [a, b] = [trustDomainOf(mine), trustDomainOf(theirs)];
  if (a === b) return undefined;
  return {
    text: `${endpointText(endpoint)} belongs to the trust domain "${b}", and the certificate in ${own!.file.name} to "${a}"`,
    subject: own!.file.name,
    certainty: "proved",
    evidence: [
      `our identity is ${mine}, theirs ${theirs}`,
      certificateFacts(own!.certificate),
      certificateFacts(served!.leaf),
    ],
    breaks: "each side takes the other for a stranger: Envoy and authorization policies refuse it",
    fix: [
      {
        does: `name the other one in meshConfig.trustDomainAliases of each side ("${a}" and "${b}"), or give both the same meshConfig.trustDomain, and have ${own!.file.name} issued again`,
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  const line =
    meshLine(
      seen,
      /trust[ _-]?domain/i,
      /mismatch|not |unknown|invalid|fail|reject|denied|unexpected|differ/i,
    ) ??
    meshLine(
      seen,
      /(?:SAN[_ ]matcher|certificate[_ ]SANs[_ ]are|identity verification error|did not present the expected identity|verify_subject_alt_name)/i,
      /spiffe:\/\//,
    );
  if (line === undefined) return undefined;
  const ids = [
    ...new Set([...line.raw.matchAll(/spiffe:\/\/[\w.-]+/g)].map(([id]) => trustDomainOf(id))),
  ];
  return {
    text: `the other side's identity is not the one that the mesh expects${ids.length === 0 ? "" : `: its trust domain is ${ids.map((id) => `"${id}"`).join(", ")}`}`,
    subject: ids[0] ?? line.file,
    certainty: ids.length > 1 || /trust[ _-]?domain/i.test(line.raw) ? "proved" : "likely",
    evidence: [`${line.file}:${line.line}: ${line.raw}`],
    breaks: "the connection is refused although certificates and roots are fine",
    fix: [
      {
        does: `name the foreign trust domain${ids.length === 0 ? "" : ` (${ids.join(", ")})`} in meshConfig.trustDomainAliases, or correct the identity that the policy or DestinationRule expects`,
        command: "kubectl -n istio-system get configmap istio -o yaml",
      },
    ],
  };
};
