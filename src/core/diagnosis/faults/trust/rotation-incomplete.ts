import { formatName } from "../../../x509/names.ts";
import { authorityTrouble } from "../../authority-trouble.ts";
import type { Case, Sibling } from "../../case.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import { judgedChains } from "../../judged-chain.ts";
import { certificateFacts } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "trust.rotation-incomplete",
  title: "CA rotation stopped half way",
  side: "client",
  severity: "fault",
  stage: "trust",
  explains: ["trust.ca-key-changed", "trust.unknown-ca", "net.one-of-many"],
  cites: [
    "etcd: transport security, --trusted-ca-file may hold several CAs",
    "Kubernetes: manual rotation of CA certificates",
  ],
  explain: `Some endpoints already have certificates of the new CA, the others still of the old one, and the client has only one
of the two. The order that works: put both CAs into every CA file (clients and servers), then issue the certificates
anew, then take the old CA away.`,
  detect: (seen) => {
    const { endpoint, served, client, siblings } = seen;
    const [judged] = judgedChains(seen);
    if (
      endpoint === undefined ||
      served === undefined ||
      judged === undefined ||
      client.ca === undefined
    )
      return undefined;
    const trouble = authorityTrouble(judged);
    if (trouble === undefined || trouble.sameKey) return undefined;
    const issuer = formatName(trouble.last.issuer);
    const good = siblings.find(
      (sibling) => isTrusted(seen, sibling) && isSameLine(sibling, issuer),
    );
    if (good === undefined) return undefined;
    const where = endpointText(endpoint);
    const other = endpointText(good.endpoint);
    return {
      text: `the CA "${issuer}" is being rotated: ${client.ca.name} has the generation that issued the certificate of ${other}, but not the one of ${where}`,
      subject: client.ca.name,
      certainty: "likely",
      evidence: [
        ...judged.evidence,
        `${other} sent ${certificateFacts(good.leaf!)}, which ${client.ca.name} verifies`,
      ],
      breaks: `${client.who} works with some of the endpoints only`,
      fix: [
        {
          does: `put both generations of "${issuer}" into ${client.ca.name} (and into every other CA file of the cluster) until all certificates are of the new one; see which it has`,
          command: `certwright inspect ${shellWord(client.ca.name)}`,
        },
      ],
    };
  },
});

const isTrusted = ({ verify }: Case, { leaf, chain = [] }: Sibling): boolean => {
  if (leaf === undefined) return false;
  const result = verify({ leaf, intermediates: chain.slice(1) });
  return result.ok || !["unknown-authority", "bad-signature"].includes(result.failure.code);
};

/** A CA's generations often differ by a number, a year or a word in the name. */
const stem = (name: string): string =>
  name.replaceAll(/[-_ ]*(?:\b(?:old|new|previous|next)\b|\b[gvr]?\d+\b)/gi, "");

const isSameLine = ({ leaf, chain = [] }: Sibling, issuer: string): boolean =>
  [leaf, ...chain].some(
    (one) => one !== undefined && stem(formatName(one.issuer)) === stem(issuer),
  );
