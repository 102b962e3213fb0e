import { commonNameOf } from "../../../x509/names.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import { certificatesOf } from "../../file-evidence.ts";
import { apiAnswerOf } from "../../kubernetes.ts";
import { locationText } from "../../location.ts";
import { callIt, certificateFacts, momentText } from "../../words.ts";

export const fault = defineFault({
  id: "k8s.apiserver-not-restarted",
  title: "kube-apiserver serves a former certificate",
  side: "server",
  severity: "fault",
  stage: "deployment",
  explains: ["served.stale", "time.served-stale"],
  cites: [
    "kubeadm certs renew: restart of the static pods",
    "k8s.io/apiserver dynamiccertificates",
  ],
  explain: `The certificate file was renewed, and the running kube-apiserver still serves the one before. \`kubeadm certs renew\` changes
files only and says at its end that the control plane must be restarted; deleting the mirror pod with kubectl restarts nothing. The day
the served certificate expires, everything stops although \`kubeadm certs check-expiration\` shows a year to go.`,
  detect(seen) {
    const { endpoint, served, server, offline, now } = seen;
    const file = server?.certificate;
    const [onDisk] = certificatesOf(file);
    if (endpoint === undefined || served === undefined || offline === true) return undefined;
    if (file === undefined || onDisk === undefined) return undefined;
    const { leaf } = served;
    const isApi =
      endpoint.program === "kube-apiserver" ||
      commonNameOf(leaf.subject) === "kube-apiserver" ||
      apiAnswerOf(seen) !== undefined;
    if (!isApi || leaf.fingerprint === onDisk.fingerprint) return undefined;
    // Another server's certificate is another matter.
    if (commonNameOf(leaf.subject) !== commonNameOf(onDisk.subject)) return undefined;
    const where = endpointText(endpoint);
    return {
      text: `kube-apiserver at ${where} still serves the certificate ${callIt(leaf)} that ends ${momentText(leaf.notAfter, now)}, not the one in ${file.name}: it was not restarted`,
      subject: where,
      certainty: "proved",
      evidence: [
        `the server sent ${certificateFacts(leaf)}`,
        `${file.name} (${locationText(file.named)}) holds ${certificateFacts(onDisk)}`,
      ],
      breaks: `when the served certificate ends, ${momentText(leaf.notAfter, now)}, nobody reaches the cluster any more`,
      fix: [
        {
          does: `restart the static pod of kube-apiserver on that node, so that it reads ${file.name}: move its manifest away for 20 seconds and back`,
          command:
            "mv /etc/kubernetes/manifests/kube-apiserver.yaml /tmp/ && sleep 20 && mv /tmp/kube-apiserver.yaml /etc/kubernetes/manifests/",
        },
      ],
    };
  },
});
