import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { commonNameOf } from "../../../x509/names.ts";
import { fromClientLog, isMinded, isRefused, ownFacts } from "../../client-fault.ts";
import { configOf, fieldOf, type Field } from "../../config.ts";
import { locationText } from "../../location.ts";
import { referenceOf } from "../../presented-names.ts";
import { callIt, certificateFacts, namesText } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "client.name-not-allowed",
  title: "Client's name is not among those allowed",
  side: "client",
  severity: "fault",
  stage: "client-certificate",
  explains: ["client.rejected"],
  cites: [
    "etcd --client-cert-allowed-hostname, --peer-cert-allowed-cn",
    "etcd client/pkg/v3/transport/listener.go: VerifyPeerCertificate",
  ],
  explain: `The server takes certificates of its CA only from clients with a certain name: etcd's \`--client-cert-allowed-hostname\`,
\`--peer-cert-allowed-cn\` and \`--peer-cert-allowed-hostname\`, Envoy's \`match_typed_subject_alt_names\`; PostgreSQL's method
\`cert\` wants the user's name for the common name. The certificate is
good but for its name. The alert is bad_certificate (42); etcd 3.6 logs "client certificate authentication failed".

An etcd with such a list refuses itself too when its own certificate lacks the name: "remote error: tls: bad certificate"
every few seconds from a loopback address.`,
  detect: (seen) => fromFile(seen) ?? fromPostgres(seen) ?? fromLog(seen),
});

const fromFile = (seen: Case): Detected | undefined => {
  const { own } = seen;
  const allowed = allowedOf(seen);
  if (own === undefined || allowed === undefined || !isMinded(seen)) return undefined;
  const { certificate, file } = own;
  const cn = commonNameOf(certificate.subject);
  const names = allowed.value.split(/[,|]/).map((name) => name.trim());
  const has = (name: string): boolean =>
    allowed.at.field?.endsWith("cn") === true
      ? cn === name
      : seen.verify({
          leaf: certificate,
          intermediates: own.sent,
          anchors: own.anchors,
          usages: ["clientAuth"],
          name: referenceOf(name),
        }).ok || namesText(certificate).split(", ").includes(name);
  if (names.some(has)) return undefined;
  return {
    text: `the client certificate ${callIt(certificate)} in ${file.name} is not for "${names.join('" or "')}", and the server takes clients of that name only`,
    subject: file.name,
    certainty: isRefused(seen) ? "proved" : "likely",
    evidence: [
      ...ownFacts(seen, own),
      `${locationText(allowed.at)} allows ${allowed.value}; the certificate has ${namesText(certificate)}`,
    ],
    breaks: `the server turns ${seen.client.who} away`,
    fix: [
      {
        does: `have a client certificate with the name ${names[0]} issued and put it in the place of ${file.name}, or allow this one's name in ${locationText(allowed.at)}`,
        command: `certwright inspect ${shellWord(file.name)}`,
      },
    ],
  };
};

/** The method "cert" of pg_hba.conf takes the certificate's common name for the user's. */
const fromPostgres = ({ own, demand, endpoint, client }: Case): Detected | undefined => {
  const { acceptance } = demand ?? {};
  if (own === undefined || endpoint?.postgres === undefined) return undefined;
  if (acceptance?.verdict !== "refused" || acceptance.by.kind !== "message") return undefined;
  const user = /certificate authentication failed for user "(.*)"/.exec(acceptance.by.text)?.[1];
  if (user === undefined) return undefined;
  const { certificate, file } = own;
  const cn = commonNameOf(certificate.subject) ?? "";
  return {
    text: `the client certificate ${callIt(certificate)} in ${file.name} is not for the database user "${user}"`,
    subject: file.name,
    certainty: "proved",
    evidence: [`${file.name} holds ${certificateFacts(certificate)}`, ...acceptance.reasons],
    breaks: `the server turns ${client.who} away`,
    fix: [
      {
        does: `connect as the user "${cn}", or have a certificate with the common name ${user} issued and put it in the place of ${file.name}, or map one to the other in the server's pg_ident.conf`,
        command: `certwright inspect ${shellWord(file.name)}`,
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined =>
  fromClientLog(seen, "name-not-allowed", (_line, who) => ({
    text: `${who} shows a certificate whose name is not among those the server allows`,
    certainty: "likely",
    fix: [
      {
        does: `give ${who} a certificate with an allowed name, or add its name to the server's list (etcd: --client-cert-allowed-hostname, --peer-cert-allowed-cn; Envoy: match_typed_subject_alt_names); there, see the names`,
        command: "certwright inspect CLIENT.crt",
      },
    ],
  }));

/** What etcd is told, whichever of its settings it is. */
const allowedOf = ({ configs }: Case): Field | undefined => {
  const config = configOf(configs, "etcd");
  return ["client-cert-allowed-hostname", "client-cert-allowed-cn"]
    .map((key) => fieldOf(config, key))
    .find((field) => field !== undefined);
};
