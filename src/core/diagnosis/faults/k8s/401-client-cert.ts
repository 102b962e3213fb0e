import { formatName } from "../../../x509/names.ts";
import type { Case } from "../../case.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { apiAnswerOf } from "../../kubernetes.ts";
import { locationText } from "../../location.ts";
import { callIt, certificateFacts, counted } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "k8s.401-client-cert",
  title: "kube-apiserver does not accept the client certificate",
  side: "client",
  severity: "fault",
  stage: "client-certificate",
  explains: [
    "client.rejected",
    "client.wrong-ca",
    "client.ca-list-mismatch",
    "client.ca-key-changed",
    "client.expired",
    "client.not-yet-valid",
    "client.no-clientauth",
    "client.missing-intermediate",
    "client.sig-alg",
  ],
  cites: [
    "k8s.io/apiserver pkg/authentication/request/x509",
    "kube-apiserver: Unable to authenticate the request",
  ],
  explain: `kube-apiserver asks for a client certificate and takes any: TLS succeeds. It looks at the certificate only when
a request comes, and answers HTTP 401 ("You must be logged in to the server (Unauthorized)") whatever is wrong with it: another
CA than \`--client-ca-file\`, expired, no clientAuth. Its log has the reason, and an AKID that tells which CA issued it:
"verifying certificate SN=…, SKID=…, AKID=DE:92:… failed: x509: certificate signed by unknown authority".`,
  detect: (seen) => fromAnswer(seen) ?? fromLog(seen),
});

const fromAnswer = (seen: Case): Detected | undefined => {
  const { endpoint, client, own, served, probes } = seen;
  const answer = apiAnswerOf(seen);
  if (endpoint === undefined || answer?.status !== 401 || own === undefined) return undefined;
  // kube-apiserver tries the token when the certificate does not do: with both it is told by the token.
  if (probes?.main.handshake?.presented !== true || client.token !== undefined) return undefined;
  const where = endpointText(endpoint);
  const { certificate, file } = own;
  const [reason] = own.failures.go;
  const issuer = formatName(certificate.issuer);
  const cluster = served?.anchors.map(({ subject }) => `"${formatName(subject)}"`) ?? [];
  const line = logLines(seen)[0];
  const why = reason === undefined ? "" : `: ${whyText(reason.code, issuer, cluster)}`;
  return {
    text: `${where} does not know who ${callIt(certificate)} of ${file.name} is (HTTP 401)${why}`,
    subject: file.name,
    certainty: reason === undefined && line === undefined ? "likely" : "proved",
    evidence: [
      `TLS succeeded, and GET ${endpoint.path} was answered "${answer.statusLine ?? "401"}"`,
      `${locationText(file.named)} holds ${certificateFacts(certificate)}`,
      ...(reason === undefined ? [] : [reason.message]),
      ...(line === undefined ? [] : [`${line.file}:${line.line}: ${line.raw}`]),
    ],
    breaks: `everything ${client.who} asks of the cluster is Unauthorized`,
    fix: [
      {
        does: `have a new certificate for "${formatName(certificate.subject)}" issued by the CA that kube-apiserver's --client-ca-file holds (for clients: clientAuth), and put it in the place of ${file.name}; see the one that is there`,
        command: `certwright inspect ${shellWord(file.path ?? file.named.file)}`,
      },
    ],
  };
};

const whyText = (code: string, issuer: string, cluster: readonly string[]): string =>
  code === "unknown-authority" || code === "bad-signature"
    ? `it comes from "${issuer}", not from the cluster's CA ${cluster.join(", ")}`
    : code === "expired"
      ? "it has expired"
      : code === "incompatible-usage"
        ? "it is not for clients (no clientAuth)"
        : code === "not-yet-valid"
          ? "it is not yet valid"
          : code;

const logLines = ({ log }: Case) =>
  log
    .filter(
      ({ raw }) => /authenticate the request/.test(raw) && /verifying certificate|x509:/.test(raw),
    )
    .toReversed();

const fromLog = (seen: Case): Detected | undefined => {
  if (seen.endpoint !== undefined) return undefined;
  const [first, ...more] = logLines(seen);
  const said =
    first ??
    seen.log.find(({ raw }) => /You must be logged in to the server \(Unauthorized\)/.test(raw));
  if (said === undefined) return undefined;
  const serial = /SN=([^,\s]+)/.exec(said.raw)?.[1];
  const akid = /AKID=([0-9A-F:]+)/.exec(said.raw)?.[1];
  const why = /failed: (?:\[?x509: )?(.{1,200}?)[\]"]*$/.exec(said.text)?.[1];
  return {
    text:
      first === undefined
        ? "kube-apiserver does not accept the certificate or token that kubectl shows (HTTP 401)"
        : `kube-apiserver refuses a client certificate${serial === undefined ? "" : ` with the serial ${serial}`} (HTTP 401)${why === undefined ? "" : `: ${why}`}`,
    subject: serial === undefined ? said.file : `serial ${serial}`,
    certainty: first === undefined ? "likely" : "proved",
    evidence: [
      `${said.file}:${said.line}: ${said.raw}`,
      ...(akid === undefined ? [] : [`the issuer's key identifier is ${akid}: that CA issued it`]),
      ...(more.length === 0 ? [] : [`${counted(more.length, "further line")} of this kind`]),
    ],
    breaks: "every request of that client is answered with 401 Unauthorized",
    fix: [
      {
        does: `find the client${serial === undefined ? "" : ` whose certificate has the serial ${serial}`}, and have its certificate issued again by the CA that --client-ca-file of kube-apiserver holds${akid === undefined ? "" : ` (compare its subject key identifier with ${akid})`}`,
        command: "certwright inspect /etc/kubernetes/pki/ca.crt",
      },
    ],
  };
};
