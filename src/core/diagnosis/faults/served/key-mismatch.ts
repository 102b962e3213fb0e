import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import { logFault } from "../../log-fault.ts";
import { callIt, certificateFacts } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "served.key-mismatch",
  title: "Server does not have the key of its certificate",
  side: "server",
  severity: "fault",
  stage: "server-key",
  cites: [
    "RFC 8446 section 4.4.3: CertificateVerify",
    "RFC 5246 section 7.4.3",
    "crypto/tls: invalid signature by the server certificate",
  ],
  explain: `In the handshake the server signs with its key, and the signature does not fit the certificate that it showed. It has
the certificate of one pair and the key of another. Most servers compare them at their start; those that take key and
certificate from different places (a hardware module, a key server, hot reload of two files one after the other) do not.`,
  detect: (seen) => {
    const { endpoint, served, probes, server } = seen;
    if (endpoint === undefined) {
      return logFault(seen, { says: complaint, role: "client" }, (where) => ({
        text: `${where} does not have the key of the certificate it shows: its signature does not fit`,
        breaks: "no handshake with it completes",
        fix: [
          {
            does: `put certificate and key of one pair on ${where}, and restart it; compare the two`,
            command: "certwright inspect SERVER.crt SERVER.key",
          },
        ],
      }));
    }
    const error = probes?.main.handshake?.localError;
    if (error === undefined || served === undefined) return undefined;
    if (!isSignature.test(error.code) && !complaint.test(error.message)) return undefined;
    const where = endpointText(endpoint);
    const cert = server?.certificate?.name;
    return {
      text: `${where} does not have the key of the certificate ${callIt(served.leaf)} it shows: its signature in the handshake does not fit`,
      subject: where,
      certainty: "proved",
      evidence: [
        `the server sent ${certificateFacts(served.leaf)}`,
        `the check of its signature ended with ${error.code}`,
      ],
      breaks: "no handshake with it completes, whatever the client is",
      fix: [
        {
          does: `configure ${where} with the key that belongs to ${cert ?? callIt(served.leaf)}, or issue a certificate for the key it has, and restart it; compare the two there`,
          command: `certwright inspect ${shellWord(cert ?? "SERVER.crt")} ${shellWord(server?.key?.name ?? "SERVER.key")}`,
        },
      ],
    };
  },
});

/** Node's code and OpenSSL's text, Go's, Java's. */
const complaint =
  /ERR_SSL_BAD_SIGNATURE|\bbad signature\b|provider signature failure|invalid signature by the server certificate|Invalid CertificateVerify signature/i;

/** Node's codes for a signature that does not fit: of EC keys with OpenSSL 3.0 and 3.5, of RSA with either padding. */
const isSignature =
  /^ERR_(?:SSL|OSSL)_(?:.*_)?(?:BAD_SIGNATURE|PROVIDER_SIGNATURE_FAILURE|LAST_OCTET_INVALID|FIRST_OCTET_INVALID|INVALID_PADDING|PADDING_CHECK_FAILED|DATA_TOO_LARGE(?:_FOR_MODULUS)?|SLEN_CHECK_FAILED|INVALID_TRAILER|BLOCK_TYPE_IS_NOT_01)$/;
