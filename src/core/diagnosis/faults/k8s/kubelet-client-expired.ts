import { attributesOf, commonNameOf } from "../../../x509/names.ts";
import { attribute } from "../../../x509/oids.ts";
import type { Certificate } from "../../../model/certificate.ts";
import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import { certificatesOf } from "../../file-evidence.ts";
import type { Detected } from "../../finding.ts";
import { locationText } from "../../location.ts";
import { certificateFacts, momentText } from "../../words.ts";

export const fault = defineFault({
  id: "k8s.kubelet-client-expired",
  title: "Kubelet's client certificate expired",
  side: "client",
  severity: "fault",
  stage: "client-certificate",
  explains: ["client.expired", "k8s.401-client-cert", "client.rejected", "time.leaf-expired"],
  cites: [
    "Kubernetes: Certificate Rotation for the Kubelet",
    "kubeadm: kubelet client certificate rotation fails",
  ],
  explain: `The kubelet renews its certificate (/var/lib/kubelet/pki/kubelet-client-current.pem) by itself as long as it runs and reaches
the API server before the end. A node that was switched off for too long, or whose kubelet.conf holds the certificate itself in place of
the path of the renewed one, is locked out: NotReady, 401 Unauthorized, "part of the existing bootstrap client certificate … is expired".`,
  detect: (seen) => fromFile(seen) ?? fromLog(seen),
});

const isKubelets = ({ subject }: Certificate): boolean =>
  attributesOf(subject, attribute.O).includes("system:nodes") &&
  (commonNameOf(subject) ?? "").startsWith("system:node:");

const fromFile = ({ own, files, endpoint, now, demand }: Case): Detected | undefined => {
  if (demand !== undefined && !demand.asked) return undefined;
  const found =
    own === undefined
      ? endpoint !== undefined
        ? undefined
        : files
            .map((file) => ({ file, certificate: certificatesOf(file)[0] }))
            .find(({ certificate }) => certificate !== undefined && isKubelets(certificate))
      : { file: own.file, certificate: own.certificate };
  const certificate = found?.certificate;
  if (found === undefined || certificate === undefined) return undefined;
  if (!isKubelets(certificate) || certificate.notAfter >= now) return undefined;
  const { file } = found;
  const node = (commonNameOf(certificate.subject) ?? "").replace("system:node:", "");
  return {
    text: `the client certificate of the kubelet of "${node}" in ${file.name} expired ${momentText(certificate.notAfter, now)}`,
    subject: file.name,
    certainty: "proved",
    evidence: [
      `${file.name} holds ${certificateFacts(certificate)}`,
      `it is named by ${locationText(file.named)}`,
    ],
    breaks: `the API server answers 401 to the kubelet: the node "${node}" is NotReady`,
    fix: [
      {
        does: `on a control-plane node make a new kubelet.conf for "${node}", copy it to /etc/kubernetes/kubelet.conf there, move ${file.name} away, and restart the kubelet`,
        command: `kubeadm kubeconfig user --org system:nodes --client-name system:node:${node} > kubelet.conf`,
      },
    ],
  };
};

const fromLog = ({ log, endpoint }: Case): Detected | undefined => {
  if (endpoint !== undefined) return undefined;
  const line = log.findLast(
    ({ raw, program }) =>
      /existing bootstrap client certificate .*is expired|client certificate is expired|Current certificate is expired|bootstrap client certificate in .* expired/i.test(
        raw,
      ) ||
      (program === "kubelet" &&
        /Unable to register node|kubelet_node_status/.test(raw) &&
        /Unauthorized|provide credentials/.test(raw)) ||
      (/certificate_manager|kubelet-client/.test(raw) && /expired/.test(raw)),
  );
  if (line === undefined) return undefined;
  const file =
    /in (\/\S+\.(?:conf|pem))/.exec(line.raw)?.[1] ??
    /(\/\S*kubelet-client\S*\.pem)/.exec(line.raw)?.[1] ??
    "/var/lib/kubelet/pki/kubelet-client-current.pem";
  return {
    text: `the kubelet's client certificate has expired (${file})`,
    subject: file,
    certainty: /Unauthorized|provide credentials/.test(line.raw) ? "likely" : "proved",
    evidence: [`${line.file}:${line.line}: ${line.raw}`],
    breaks: "the API server answers 401 to the kubelet: its node is NotReady",
    fix: [
      {
        does: `on a control-plane node make a new kubelet.conf for this node, copy it to /etc/kubernetes/kubelet.conf, move ${file} away, and restart the kubelet`,
        command:
          "kubeadm kubeconfig user --org system:nodes --client-name system:node:NODE > kubelet.conf",
      },
    ],
  };
};
