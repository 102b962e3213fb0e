import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import { locationText } from "../../location.ts";
import type { Case } from "../../case.ts";
import type { Detected } from "../../finding.ts";

export const fault = defineFault({
  id: "alg.sigalg-mismatch",
  title: "No signature algorithm in common",
  side: "server",
  severity: "fault",
  stage: "negotiate",
  explains: ["proto.handshake-failure", "proto.no-common-cipher"],
  cites: [
    "RFC 8446 section 4.2.3: signature_algorithms",
    "RFC 5246 section 7.4.1.4.1",
    "crypto/tls: peer doesn't support any of the certificate's signature algorithms",
  ],
  explain: `Client and server each have a list of signature algorithms, and none of the client's can be used with the server's
key and settings: a server told to sign with SHA-1 only, a FIPS or crypto policy that leaves out what the other has, an RSA key too
small for RSA-PSS. The alert is the bare handshake_failure (40); servers' logs have "no suitable signature algorithm", "no shared
signature algorithms" or "peer doesn't support any of the certificate's signature algorithms".`,
  detect: (seen) => fromLook(seen) ?? fromLog(seen),
});

const fromLook = ({ endpoint, probes, server }: Case): Detected | undefined => {
  const main = probes?.main.handshake;
  const usual = probes?.followUps.signatures?.handshake;
  if (endpoint === undefined || main?.completed !== true || usual === undefined) return undefined;
  if (usual.completed || (usual.alert?.number !== 40 && usual.localError === undefined))
    return undefined;
  const where = endpointText(endpoint);
  const file = server?.certificate?.name;
  return {
    text: `${where} and today's clients have no signature algorithm in common: it signs only with what they leave out, such as SHA-1`,
    subject: where,
    certainty: "proved",
    evidence: [
      `with the signature algorithms that clients have, ${usual.alert === undefined ? `the handshake failed: ${usual.localError?.message ?? ""}` : `the server sent alert ${usual.alert.number} (${usual.alert.name})`}`,
      `with SHA-1 and SHA-224 among them it went on, in ${main.version ?? "TLS"}`,
      `the endpoint is written in ${locationText(endpoint.source)}`,
    ],
    breaks: "no client of today gets through the handshake",
    fix: [
      {
        does: `on ${where}, take out the setting that restricts signature algorithms (nginx and HAProxy: sigalgs; OpenSSL: SignatureAlgorithms, the crypto policy), or give it a certificate for another kind of key (P-256)${file === undefined ? "" : ` in the place of ${file}`}`,
      },
    ],
  };
};

const fromLog = ({ endpoint, log }: Case): Detected | undefined => {
  if (endpoint !== undefined) return undefined;
  const line = log.findLast(({ told }) => told?.cause === "sigalg");
  if (line === undefined) return undefined;
  const who =
    line.program === "unknown" ? "client and server" : `${line.program} and its other side`;
  return {
    text: `${who} have no signature algorithm in common`,
    subject: line.remote ?? line.file,
    certainty: "likely",
    evidence: [`${line.file}:${line.line}: ${line.raw}`],
    breaks: "the handshake ends before a certificate is accepted",
    fix: [
      {
        does: `compare the kind of key of the certificate with what the other side allows (signature algorithms, FIPS mode, crypto policy), and issue it for a P-256 or RSA key of 2048 bits`,
        command: `certwright inspect ${callable(line.remote)}`,
      },
    ],
  };
};

const callable = (remote: string | undefined): string =>
  remote === undefined ? "SERVER.crt" : `${remote}:443`;
