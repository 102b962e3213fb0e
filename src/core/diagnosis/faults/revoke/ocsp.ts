import { formatName } from "../../../x509/names.ts";
import { formatInstant } from "../../../x509/time.ts";
import type { Case } from "../../case.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { logFault } from "../../log-fault.ts";
import { callIt, certificateFacts, momentText } from "../../words.ts";

export const fault = defineFault({
  id: "revoke.ocsp",
  title: "OCSP says the certificate is not good",
  side: "server",
  severity: "fault",
  stage: "revocation",
  // A responder that is out of reach is the server's trouble, not the network's of whoever asks here.
  explains: [
    "net.filtered",
    "net.refused",
    "net.dns-nxdomain",
    "net.dns-timeout",
    "net.silent-after-connect",
  ],
  cites: ["RFC 6960 section 2.2", "RFC 6066 section 8: Certificate Status Request"],
  explain: `The server staples an OCSP response to its handshake, and it says that the certificate is revoked, or that the responder
does not know it, or it is out of date. Clients that look at it (browsers, Java when told to, OpenSSL with a callback)
refuse. In logs the same trouble is a responder that cannot be reached.`,
  detect: (seen) => {
    const { endpoint, served, now } = seen;
    if (endpoint === undefined) return fromLog(seen);
    const staple = served?.staple;
    if (served === undefined || staple === undefined) return undefined;
    const where = endpointText(endpoint);
    const old =
      staple !== "unreadable" && staple.nextUpdate !== undefined && staple.nextUpdate < now;
    if (staple !== "unreadable" && staple.status === "good" && !old) return undefined;
    const says =
      staple === "unreadable"
        ? "cannot be read or is about another certificate"
        : staple.status === "revoked"
          ? `says that it was revoked${staple.revokedAt === undefined ? "" : ` ${formatInstant(staple.revokedAt)}`}`
          : staple.status === "unknown"
            ? "says that the responder does not know it"
            : `was to be replaced ${momentText(staple.nextUpdate!, now)}`;
    const isRevoked = staple !== "unreadable" && staple.status === "revoked";
    return {
      text: `the OCSP response that ${where} staples to its certificate ${callIt(served.leaf)} ${says}`,
      subject: where,
      certainty: "proved",
      evidence: [
        `the server sent ${certificateFacts(served.leaf)}`,
        ...(staple === "unreadable"
          ? []
          : [
              `the response of ${formatInstant(staple.thisUpdate)} for serial ${staple.serial}: ${staple.status}`,
            ]),
      ],
      breaks: "clients that look at the response refuse the server",
      forWhom: "clients that check OCSP; Go, curl and Node do not unless told to",
      fix: [
        {
          does: isRevoked
            ? `issue a new certificate with a new key for "${formatName(served.leaf.subject)}" and configure ${where} with it; see the old one`
            : `have the server at ${where} fetch a fresh OCSP response (see its log and the responder), or turn stapling off; see its certificate`,
          command: `certwright inspect ${where}`,
        },
      ],
    };
  },
});

const fromLog = (seen: Case): Detected | undefined =>
  logFault(
    seen,
    {
      says: /OCSP.{0,120}(?:revoked|timed out|refused|unreachable|failed|not found|no response|could not|expired|error)|certificate status revoked|CertPathValidatorException: .{0,40}(?:OCSP|revocation status)/i,
    },
    (where, line) => ({
      text: /revoked/i.test(line)
        ? `the OCSP responder says that the certificate of ${where} is revoked`
        : `the OCSP responder for the certificate of ${where} gives no usable answer`,
      breaks: "clients that insist on an answer refuse the certificate",
      fix: [
        {
          does: /revoked/i.test(line)
            ? "issue a new certificate with a new key"
            : "make the responder reachable from there (its address stands in the certificate), or turn stapling off; see the address",
          command: "certwright inspect SERVER.crt",
        },
      ],
    }),
  );
