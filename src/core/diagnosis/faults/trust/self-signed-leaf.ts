import { equalBytes } from "../../../bytes/compare.ts";
import { formatName } from "../../../x509/names.ts";
import { authorityTrouble, isNamed } from "../../authority-trouble.ts";
import { defineFault } from "../../fault.ts";
import { judgedChains, fileWith, namesItself, lookAt } from "../../judged-chain.ts";
import { logFault } from "../../log-fault.ts";
import { subjectsText } from "../../words.ts";

export const fault = defineFault({
  id: "trust.self-signed-leaf",
  title: "Server has a self-signed certificate",
  side: "server",
  severity: "fault",
  stage: "trust",
  explains: ["trust.unknown-ca", "trust.no-ca-configured"],
  cites: ["X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT (18)", "etcd --auto-tls"],
  explain: `The server's certificate was issued by nobody but itself: a program made it at its start because it was given none
(etcd --auto-tls, kubelet without serverTLSBootstrap, many images), or somebody stopped after the first command of a
recipe. No CA file fits it but its own copy, which is gone at the next start.`,
  detect: (seen) => {
    for (const judged of judgedChains(seen)) {
      const { leaf, anchors, what, who, holder, chain } = judged;
      if (seen.endpoint === undefined && anchors.length === 0) continue;
      if (!namesItself(leaf) || chain.some((one) => one !== leaf && isNamed(one, leaf))) continue;
      const trouble = authorityTrouble(judged);
      // Made by another key of its own name: a certificate of a CA with that name.
      if (trouble === undefined || trouble.last !== leaf) continue;
      const aki = leaf.authorityKeyIdentifier?.keyIdentifier;
      const ski = leaf.subjectKeyIdentifier;
      if (aki !== undefined && ski !== undefined && !equalBytes(aki, ski)) continue;
      return {
        text: `${what} is self-signed: no CA issued it`,
        subject: holder,
        certainty: "proved",
        evidence: judged.evidence,
        breaks: `${who} cannot tell it from anybody else's`,
        fix: [
          lookAt(
            `issue a certificate for ${holder} from ${anchors.length > 0 && judged.trust !== undefined ? subjectsText(anchors) : "your CA"}, and configure the server with it in place of "${formatName(leaf.subject)}"; look at that`,
            fileWith(seen, leaf),
            holder,
          ),
        ],
      };
    }
    return logFault(
      seen,
      {
        says: /DEPTH_ZERO_SELF_SIGNED_CERT|\(18:|self[- ]signed certificate(?! in)/i,
        unless: /self[- ]signed certificate in/i,
        role: "client",
      },
      (where) => ({
        text: `the certificate of ${where} is self-signed: no CA issued it`,
        breaks: "clients cannot tell the server from anybody else",
        fix: [
          {
            does: `issue a certificate for ${where} from your CA, and configure the server with it; look at what it has`,
            command: "certwright inspect HOST:PORT",
          },
        ],
      }),
    );
  },
});
