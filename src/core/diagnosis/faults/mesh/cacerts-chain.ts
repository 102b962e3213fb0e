import { formatName } from "../../../x509/names.ts";
import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import { certificatesOf } from "../../file-evidence.ts";
import type { Detected } from "../../finding.ts";
import { locationText } from "../../location.ts";
import { meshAuthoritiesOf, type MeshAuthority } from "../../mesh.ts";
import { callIt, certificateFacts, subjectsText } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "mesh.cacerts-chain",
  title: "Istio's CA certificate does not lead to its root",
  side: "file",
  severity: "fault",
  stage: "trust",
  explains: [
    "trust.unknown-ca",
    "trust.ca-key-changed",
    "trust.missing-intermediate",
    "trust.chain-order",
    "trust.anchor-is-intermediate",
    "trust.ca-file-is-leaf",
  ],
  cites: [
    "istio.io: Plug in CA Certificates",
    "istio security/pkg/pki/util: NewVerifiedKeyCertBundle",
  ],
  explain: `The Secret \`cacerts\` holds istiod's signing certificate (ca-cert.pem), the root that all workloads trust (root-cert.pem) and the
certificates in between (cert-chain.pem, beginning with ca-cert.pem). istiod checks at its start that one leads to the other: "cannot verify
the cert with the provided root chain and cert pool". When only a file of another generation was replaced, it crash-loops; when cert-chain.pem is
in the wrong order, workloads send chains that others cannot follow.`,
  detect(seen) {
    for (const authority of meshAuthoritiesOf(seen)) {
      const detected = judge(seen, authority);
      if (detected !== undefined) return detected;
    }
    return undefined;
  },
});

const judge = (
  seen: Case,
  { config, certificate, root, chain }: MeshAuthority,
): Detected | undefined => {
  const [own] = certificatesOf(certificate);
  const roots = certificatesOf(root);
  const between = certificatesOf(chain);
  if (certificate === undefined || own === undefined || root === undefined || roots.length === 0)
    return undefined;
  const result = seen.verify({
    leaf: own,
    intermediates: between,
    anchors: roots,
    usages: ["any"],
    // Whether it is still in its time is another fault's matter.
    at: Math.min(
      Math.max(seen.now, own.notBefore, ...roots.map(({ notBefore }) => notBefore)),
      own.notAfter,
      ...roots.map(({ notAfter }) => notAfter),
    ),
  });
  const strange =
    !result.ok &&
    ["unknown-authority", "bad-signature", "not-a-ca", "path-length"].includes(result.failure.code);
  const [first] = between;
  const disordered = first !== undefined && first.fingerprint !== own.fingerprint;
  if (!strange && !disordered) return undefined;
  const where = config.about === undefined ? config.file : `${config.about} (${config.file})`;
  const facts = [
    `${locationText(certificate.named)}: ${certificateFacts(own)}`,
    `${locationText(root.named)}: ${roots.map(certificateFacts).join(", ")}`,
    ...(chain === undefined
      ? []
      : [
          `${locationText(chain.named)}: ${between.map(certificateFacts).join(", then ") || "nothing"}`,
        ]),
  ];
  if (strange)
    return {
      text: `${certificate.name} of Istio's ${where} comes from "${formatName(own.issuer)}", and ${root.name} has ${subjectsText(roots)}: one does not lead to the other`,
      subject: certificate.name,
      certainty: "proved",
      evidence: [...facts, result.failure.message],
      breaks: `istiod ends at its start with "cannot verify the cert with the provided root chain and cert pool"`,
      fix: [
        {
          does: `put the root that issued ${certificate.name} ("${formatName(own.issuer)}") into root-cert.pem, and what lies between into cert-chain.pem, then restart istiod; see which one is there`,
          command: `certwright inspect ${shellWord(root.path ?? config.file)}`,
        },
      ],
    };
  return {
    text: `cert-chain.pem of Istio's ${where} begins with ${callIt(first!)} and not with the certificate of ca-cert.pem, ${callIt(own)}`,
    subject: chain!.name,
    certainty: "proved",
    evidence: facts,
    breaks:
      "workloads send chains in a wrong order, or without their issuer, and strict peers refuse them",
    fix: [
      {
        does: `write cert-chain.pem again: ca-cert.pem first, then its issuers upwards to the root`,
        command: "cat ca-cert.pem intermediate.pem root-cert.pem > cert-chain.pem",
      },
    ],
  };
};
