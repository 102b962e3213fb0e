import { formatName } from "../../../x509/names.ts";
import type { Case } from "../../case.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { failureOf } from "../../for-whom.ts";
import { logFault } from "../../log-fault.ts";
import { callIt, certificateFacts, counted } from "../../words.ts";

export const fault = defineFault({
  id: "trust.system-store",
  title: "Public CAs of the system are missing",
  side: "client",
  severity: "fault",
  stage: "trust",
  explains: ["trust.no-ca-configured", "trust.missing-intermediate"],
  cites: [
    "crypto/x509: SystemRootsError",
    "Go: SSL_CERT_FILE, SSL_CERT_DIR",
    "Debian package ca-certificates",
  ],
  explain: `The server has a certificate of a public CA, and the client's system has no public CAs: an image made from scratch, a
slim distribution without the package ca-certificates, or SSL_CERT_FILE set to a file that is not there. Go says "failed
to load system roots", curl "error setting certificate verify locations".`,
  detect: (seen) => {
    const { endpoint, client, served, systemStore } = seen;
    if (endpoint === undefined) return fromLog(seen);
    if (served === undefined || client.ca !== undefined || client.insecure) return undefined;
    if (systemStore === undefined) return undefined;
    const found = failureOf(served.failures, "unknown-authority");
    if (found === undefined) return undefined;
    const issuer = formatName(found.failure.blame.issuer);
    const isEmpty = systemStore.certificates.length === 0;
    if (!(isEmpty && systemStore.variable !== undefined) && !publicAuthority.test(issuer))
      return undefined;
    const where = endpointText(endpoint);
    const place =
      systemStore.variable === undefined
        ? systemStore.file
        : `${systemStore.file}, which ${systemStore.variable} names,`;
    return {
      text: isEmpty
        ? `${client.who} has no CAs at all: ${place} holds none, and no CA is configured for the certificate ${callIt(served.leaf)} of ${where}`
        : `the public CA "${issuer}" of the certificate of ${where} is missing in ${systemStore.file}`,
      subject: systemStore.file,
      certainty: "likely",
      evidence: [
        `the server sent ${served.chain.map(certificateFacts).join(", then ")}`,
        `${systemStore.file} holds ${counted(systemStore.certificates.length, "certificate")}`,
      ],
      breaks: `${client.who} refuses every public server`,
      fix: [
        ...(systemStore.variable === undefined
          ? []
          : [
              {
                does: `let ${systemStore.variable} name a file that holds CAs, or unset it`,
                command: `unset ${systemStore.variable}`,
              },
            ]),
        {
          does: `install the public CAs, so that ${systemStore.file} has "${issuer}"`,
          command: "apt-get install ca-certificates",
        },
      ],
    };
  },
});

/** Organisations of public CAs that issue most of what is about. */
const publicAuthority =
  /O=(?:Let's Encrypt|Internet Security Research Group|DigiCert|GlobalSign|Sectigo|Google Trust Services|Amazon|GoDaddy|Entrust|Baltimore|Starfield|The USERTRUST|COMODO|QuoVadis|Certum|SwissSign|Actalis|Buypass|ZeroSSL|SSL Corp)/i;

const fromLog = (seen: Case): Detected | undefined =>
  logFault(
    seen,
    {
      says: /failed to load system roots|no roots provided|error setting certificate verify locations|trustAnchors parameter must be non-empty/i,
    },
    (where) => ({
      text: `the client has no public CAs to check ${where} with: its system's store is missing or empty`,
      breaks: "it refuses every public server",
      fix: [
        {
          does: "install the public CAs in that machine or image (/etc/ssl/certs/ca-certificates.crt), or give the client the CA it needs",
          command: "apt-get install ca-certificates",
        },
      ],
    }),
  );
