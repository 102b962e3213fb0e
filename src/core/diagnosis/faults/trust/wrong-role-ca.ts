import { formatName } from "../../../x509/names.ts";
import { authorityTrouble, isNamed } from "../../authority-trouble.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import { certificatesOf } from "../../file-evidence.ts";
import { judgedChains, isAuthority } from "../../judged-chain.ts";
import { locationText } from "../../location.ts";
import { certificateFacts, subjectsText } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "trust.wrong-role-ca",
  title: "CA of another purpose in the same cluster",
  side: "client",
  severity: "fault",
  stage: "trust",
  explains: ["trust.unknown-ca", "trust.missing-intermediate"],
  cites: [
    "Kubernetes: PKI certificates and requirements, single root CA and separate CAs",
    "kubeadm: pki/ca.crt, pki/etcd/ca.crt, pki/front-proxy-ca.crt",
  ],
  explain: `A cluster has several CAs: kubeadm makes kubernetes (the API server and its clients), etcd-ca (etcd, its peers and
clients) and front-proxy-ca (aggregated APIs). The client was given one, and the server's certificate comes from another,
which lies in the same tree.`,
  detect: (seen) => {
    const { endpoint, client } = seen;
    const [judged] = judgedChains(seen);
    if (endpoint === undefined || judged === undefined || client.ca === undefined) return undefined;
    const trouble = authorityTrouble(judged);
    if (trouble === undefined || trouble.namesake !== undefined) return undefined;
    const { last } = trouble;
    const right = [...seen.files, ...seen.nearby].find(
      (file) =>
        file.path !== client.ca?.path &&
        inTree.test(file.path ?? "") &&
        certificatesOf(file).some((one) => isAuthority(one) && isNamed(one, last)),
    );
    if (right === undefined) return undefined;
    const issuer = formatName(last.issuer);
    const where = endpointText(endpoint);
    return {
      text: `${judged.what} was signed by "${issuer}", and ${client.who} expects ${subjectsText(judged.anchors)}: ${client.ca.name} is the CA of another purpose, the right one lies in ${right.name}`,
      subject: client.ca.name,
      certainty: "proved",
      evidence: [
        ...judged.evidence,
        `${right.name} holds ${certificatesOf(right).map(certificateFacts).join(", ")}`,
      ],
      breaks: `${client.who} refuses the server before it sends anything`,
      fix: [
        {
          does: `for ${where}, name ${right.name} with "${issuer}" in ${locationText(client.ca.named)} in place of ${client.ca.name}; see that it fits`,
          command: `certwright doctor ${where} --ca ${shellWord(right.path ?? right.name)}`,
        },
      ],
    };
  },
});

/** Files of a tree of several CAs: kubeadm's, or one with the purpose in the names. */
const inTree =
  /\/pki\/|(?:^|\/)(?:etcd|front-proxy|kubernetes|kube|apiserver)(?:\/ca|-ca)\.(?:crt|pem)$/;
