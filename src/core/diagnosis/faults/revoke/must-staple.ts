import { hexOf } from "../../../bytes/hex.ts";
import { extension } from "../../../x509/oids.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import { callIt, certificateFacts } from "../../words.ts";

export const fault = defineFault({
  id: "revoke.must-staple",
  title: "Certificate demands a stapled OCSP response, and none is sent",
  side: "server",
  severity: "warning",
  stage: "revocation",
  cites: ["RFC 7633 section 4.2.3: tls-feature", "RFC 6066 section 8"],
  explain: `The certificate has the extension tls-feature with status_request ("must staple"): it is only good together with an OCSP
response in the handshake. The server does not send one. Node, curl, Go, Java and rustls accept it all the same; Firefox
and GnuTLS refuse.`,
  detect: (seen) => {
    const { endpoint, served, probes, offline, server } = seen;
    if (endpoint === undefined || served === undefined || offline === true) return undefined;
    if (served.staple !== undefined || probes?.main.handshake?.completed !== true) return undefined;
    const feature = served.leaf.extensions.find(({ oid }) => oid === extension.tlsFeature);
    if (feature === undefined || !hexOf(feature.value).includes("020105")) return undefined;
    const where = endpointText(endpoint);
    return {
      text: `the certificate ${callIt(served.leaf)} of ${where} demands a stapled OCSP response, and the server sends none`,
      subject: where,
      certainty: "proved",
      evidence: [
        `the server sent ${certificateFacts(served.leaf)} with the extension tls-feature (${extension.tlsFeature}): status_request`,
        "asked for a certificate status, it sent none",
      ],
      breaks: "Firefox and GnuTLS refuse it; Node, curl, Go, Java and rustls do not look",
      forWhom: "Firefox and GnuTLS; Node, curl, Go, Java and rustls accept it",
      fix: [
        {
          does: `turn on OCSP stapling at ${where} (nginx: ssl_stapling on), or issue ${server?.certificate?.name ?? callIt(served.leaf)} again without tls-feature; see it`,
          command: `certwright inspect ${where}`,
        },
      ],
    };
  },
});
