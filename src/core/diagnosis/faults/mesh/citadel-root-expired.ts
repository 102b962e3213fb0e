import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import { certificatesOf } from "../../file-evidence.ts";
import type { Detected } from "../../finding.ts";
import { locationText } from "../../location.ts";
import { meshAuthoritiesOf, meshLine } from "../../mesh.ts";
import { callIt, certificateFacts, momentText } from "../../words.ts";

export const fault = defineFault({
  id: "mesh.citadel-root-expired",
  title: "Root of Istio's CA expired",
  side: "file",
  severity: "fault",
  stage: "time",
  explains: [
    "mesh.cacerts-chain",
    "time.root-expired",
    "time.intermediate-expired",
    "time.leaf-expired",
    "trust.unknown-ca",
    "mesh.root-rotated",
  ],
  cites: [
    "istio.io: Extending self-signed certificate lifetime",
    "istio security/pkg/pki/util: verify cert with root chain",
  ],
  explain: `Citadel (today a part of istiod) made itself a root for one year in old releases, ten years since 1.4, in the Secret istio-ca-secret.
When it ends, istiod crash-loops with "cannot verify the cert with the provided root chain and cert pool", which says nothing about time, no workload
gets a certificate any more, and within a day all mTLS in the mesh fails.`,
  detect: (seen) => fromFiles(seen) ?? fromLog(seen),
});

const fromFiles = (seen: Case): Detected | undefined => {
  const { now } = seen;
  for (const { config, certificate, root } of meshAuthoritiesOf(seen)) {
    const all = [certificate, root].flatMap((file) =>
      file === undefined ? [] : certificatesOf(file).map((one) => ({ file, one })),
    );
    const roots = all.filter(
      ({ one, file }) =>
        file === root || one.subject.der.every((octet, i) => one.issuer.der[i] === octet),
    );
    const ended = roots.find(({ one }) => one.notAfter < now);
    if (
      ended === undefined ||
      roots.some(({ one, file }) => file === ended.file && one.notAfter >= now)
    )
      continue;
    const { file, one } = ended;
    return {
      text: `the root ${callIt(one)} of Istio's CA in ${file.name} expired ${momentText(one.notAfter, now)}`,
      subject: file.name,
      certainty: "proved",
      evidence: [`${locationText(file.named)}: ${certificateFacts(one)}`],
      breaks: "istiod ends at its start, and no workload of the mesh gets a certificate any more",
      fix: [
        {
          does: `make a new root and signing certificate, put them into the Secret ${config.about ?? "cacerts"} in the place of ${file.name}, then restart istiod and all workloads (for a while with both roots in root-cert.pem)`,
          command: "kubectl -n istio-system rollout restart deployment istiod",
        },
      ],
    };
  }
  return undefined;
};

const fromLog = (seen: Case): Detected | undefined => {
  const line = meshLine(
    seen,
    /cannot verify the cert with the provided root chain and cert pool|self-signed CA root cert(?:ificate)? (?:has |is )?expired|root cert(?:ificate)? .{0,60}expired/i,
  );
  if (line === undefined) return undefined;
  return {
    text: "istiod (Citadel) cannot verify its own CA certificate against its root: most often the root has expired",
    subject: "istio-ca-secret",
    certainty: "likely",
    evidence: [`${line.file}:${line.line}: ${line.raw}`],
    breaks: "it ends at its start, and no workload of the mesh gets a certificate any more",
    fix: [
      {
        does: "look at the dates of the root in the Secret istio-ca-secret (or cacerts) of the namespace istio-system; if it has expired, replace root and signing certificate there and restart istiod and all workloads",
        command:
          "kubectl -n istio-system get secret istio-ca-secret -o yaml > secret.yaml && certwright doctor secret.yaml",
      },
    ],
  };
};
