import { formatName } from "../../../x509/names.ts";
import type { Case } from "../../case.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import { certificatesOf } from "../../file-evidence.ts";
import { failureOf } from "../../for-whom.ts";
import type { Detected } from "../../finding.ts";
import { locationText } from "../../location.ts";
import { inMesh, meshAuthoritiesOf, meshLine, spiffeOf, trustDomainOf } from "../../mesh.ts";
import { certificateFacts } from "../../words.ts";

export const fault = defineFault({
  id: "mesh.root-rotated",
  title: "Mesh root was replaced, and not everybody has the new one",
  side: "server",
  severity: "fault",
  stage: "trust",
  explains: [
    "trust.unknown-ca",
    "trust.ca-key-changed",
    "trust.bad-signature",
    "trust.rotation-incomplete",
    "trust.peer-rejected-us",
    "client.wrong-ca",
    "client.ca-key-changed",
    "client.rejected",
    "k8s.kubeconfig-stale-ca",
  ],
  cites: ["istio.io: Plug in CA Certificates, root transition", "SPIFFE: Trust Domain and Bundle"],
  explain: `Workloads trust the root they were given when they started or when istiod last pushed it (ConfigMap istio-ca-root-cert). After the
root was replaced at once in place of adding the new one beside the old, workloads of the two generations refuse each other:
"certificate signed by unknown authority", in Envoy CERTIFICATE_VERIFY_FAILED. Restarting the workloads brings them together again.`,
  detect: (seen) => fromServer(seen) ?? fromFiles(seen) ?? fromWorkload(seen) ?? fromLog(seen),
});

const restart = {
  does: "restart the workloads that hold the old root, namespace after namespace",
  command: "kubectl rollout restart deployment -n NAMESPACE",
};

const fromServer = ({ endpoint, served, own, client }: Case): Detected | undefined => {
  if (endpoint === undefined || served === undefined || client.ca === undefined) return undefined;
  const identity = spiffeOf(served.leaf);
  if (identity === undefined || served.anchors.length === 0) return undefined;
  const found =
    failureOf(served.failures, "unknown-authority") ?? failureOf(served.failures, "bad-signature");
  if (found === undefined) return undefined;
  const mine = spiffeOf(own?.certificate);
  const domain = trustDomainOf(identity);
  const namesakes = served.anchors.filter(({ subject }) =>
    served.chain.some(({ issuer }) => formatName(issuer) === formatName(subject)),
  );
  const sameDomain = mine !== undefined && trustDomainOf(mine) === domain;
  if (namesakes.length === 0 && !sameDomain) return undefined;
  return {
    text: `${identity} at ${endpointText(endpoint)} has a certificate of another root of "${domain}" than the one in ${client.ca.name}: the mesh's root was replaced`,
    subject: client.ca.name,
    certainty: namesakes.length > 0 ? "proved" : "likely",
    evidence: [
      `${locationText(client.ca.named)} trusts ${served.anchors.map(certificateFacts).join(", ")}`,
      `the server sent ${served.chain.map(certificateFacts).join(", then ")}`,
    ],
    breaks: "workloads of the two generations refuse each other",
    fix: [
      {
        does: `put both roots, the old and the new one, into root-cert.pem of the Secret cacerts and into ${client.ca.name}`,
      },
      restart,
    ],
  };
};

/** The ConfigMap that workloads have against the Secret that istiod signs with. */
const fromFiles = (seen: Case): Detected | undefined => {
  const all = meshAuthoritiesOf(seen).filter(({ root }) => certificatesOf(root).length > 0);
  const given = all.find(({ config }) => config.about === "istio-ca-root-cert");
  const signing = all.find(({ certificate }) => certificate !== undefined);
  if (given?.root === undefined || signing?.root === undefined || given === signing)
    return undefined;
  const known = new Set(certificatesOf(given.root).map(({ publicKey }) => publicKey.id));
  if (certificatesOf(signing.root).some(({ publicKey }) => known.has(publicKey.id)))
    return undefined;
  return {
    text: `workloads trust the root in ${given.root.name}, and istiod signs under another one, that of ${signing.root.name}`,
    subject: given.root.name,
    certainty: "proved",
    evidence: [given.root, signing.root].map(
      (file) =>
        `${locationText(file.named)}: ${certificatesOf(file).map(certificateFacts).join(", ")}`,
    ),
    breaks: "workloads with the old root refuse those that have new certificates",
    fix: [
      {
        does: `put both roots into root-cert.pem of the Secret ${signing.config.about ?? "cacerts"}, let istiod write ${given.root.name} anew, and take the old root out when all workloads were restarted`,
        command: "kubectl -n istio-system rollout restart deployment istiod",
      },
      restart,
    ],
  };
};

/** A workload's certificate against the roots that lie beside it. */
const fromWorkload = (seen: Case): Detected | undefined => {
  if (seen.endpoint !== undefined) return undefined;
  for (const file of seen.files) {
    const [leaf, ...intermediates] = certificatesOf(file);
    const identity = spiffeOf(leaf);
    if (leaf === undefined || identity === undefined) continue;
    const top = formatName((intermediates.at(-1) ?? leaf).issuer);
    const others = seen.files.filter((one) =>
      certificatesOf(one).some(
        ({ subject, fingerprint }) =>
          formatName(subject) === top && fingerprint !== leaf.fingerprint,
      ),
    );
    const anchors = others.flatMap(certificatesOf);
    const root = others.find((one) => one !== file);
    if (root === undefined) continue;
    const result = seen.verify({ leaf, intermediates, anchors, usages: ["any"] });
    if (result.ok || !["unknown-authority", "bad-signature"].includes(result.failure.code))
      continue;
    return {
      text: `the certificate of ${identity} in ${file.name} was issued under another root "${top}" than the one in ${root.name}: the mesh's root was replaced`,
      subject: root.name,
      certainty: "proved",
      evidence: [
        `${file.name}: ${certificateFacts(leaf)}`,
        `${root.name}: ${certificatesOf(root).map(certificateFacts).join(", ")}`,
        result.failure.message,
      ],
      breaks: "workloads of the two generations refuse each other",
      fix: [
        {
          does: `put both roots, the old and the new one, into ${root.name} and into root-cert.pem of the Secret cacerts`,
        },
        restart,
      ],
    };
  }
  return undefined;
};

const fromLog = (seen: Case): Detected | undefined => {
  const line =
    meshLine(
      seen,
      /candidate authority certificate \\?"(?:cluster\.local|[^"]*istio[^"]*|Root CA|[^"]*\.local)\\?"/i,
    ) ??
    meshLine(
      seen,
      /signed by unknown authority|unable_to_get_(?:local_)?issuer|unable to get (?:local )?issuer|unknown[_ ]ca\b|UnknownIssuer|UnknownCA|self_signed_certificate_in|BadSignature/i,
      inMesh,
    );
  // A webhook's trust is that of its caBundle.
  if (line === undefined || /failed calling webhook|Post \\?"https/.test(line.raw))
    return undefined;
  return {
    text: "a workload of the mesh does not trust another one's root: the mesh's root was replaced, and not everybody has the new one",
    subject: "istio-ca-root-cert",
    certainty: "likely",
    evidence: [`${line.file}:${line.line}: ${line.raw}`],
    breaks: "workloads of the two generations refuse each other",
    fix: [
      {
        does: "compare root-cert.pem of the ConfigMap istio-ca-root-cert with that of the Secret cacerts (or istio-ca-secret); have both roots in it until all workloads were restarted",
        command:
          "kubectl get configmap istio-ca-root-cert -o yaml > root.yaml && certwright inspect root.yaml",
      },
      restart,
    ],
  };
};
