import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { logSaying } from "../../log/saying.ts";
import { greetedOf, writtenText } from "../../reach.ts";
import { certificatesOf } from "../../file-evidence.ts";

export const fault = defineFault({
  id: "proto.compression-of-cert",
  title: "Server's chain of certificates is too long",
  side: "server",
  severity: "fault",
  stage: "server-key",
  explains: ["net.stalled-mid-handshake", "proto.handshake-failure"],
  cites: [
    "OpenSSL SSL_CTX_set_max_cert_list: 100 KiB",
    "crypto/tls: maxHandshakeCertificateMsg, 256 KiB",
    "JDK: jdk.tls.maxHandshakeMessageSize 32 KiB, jdk.tls.maxCertificateChainLength 10",
    "RFC 8879: certificate compression",
  ],
  explain: `The server sends far more certificates than it needs: a whole CA bundle behind its own certificate, the same chain many
times over, certificates with thousands of names. Every client reads only so much: Java 10 certificates or 32 KiB, OpenSSL 100 KiB, Go
256 KiB. Beyond, it ends the handshake with illegal_parameter (47), decode_error (50) or "excessive message size". On slow or lossy
networks the handshake gets stuck long before. Certificate compression (RFC 8879) that only one side has fails with the same alerts.

A chain is the server's certificate and its intermediates, without the root: two or three certificates, 3 KiB.`,
  detect: (seen) => fromLook(seen) ?? fromLog(seen),
});

/** What one record holds (RFC 8446 section 5.1); no honest chain comes near. */
const suspicious = 16_384;

const fromLook = (seen: Case): Detected | undefined => {
  const greeted = greetedOf(seen);
  if (greeted === undefined) return undefined;
  const { where, endpoint, handshake } = greeted;
  const { flight, alert, localError } = handshake;
  const chain = flight.chain ?? [];
  const read = chain.reduce((sum, { length }) => sum + length, 0);
  // The message says its length before it is there.
  const awaited = flight.cutOff?.what === "handshake message" ? flight.cutOff.want : 0;
  const octets = Math.max(read, awaited);
  const excessive =
    /excessive message size|too long|EXCESSIVE|certificate chain/i.test(
      `${localError?.code} ${localError?.message}`,
    ) || /of \d{5,} octets; at most|more than \d+ certificates/.test(flight.malformed?.why ?? "");
  const compressed = (alert?.number === 47 || alert?.number === 50) && !handshake.completed;
  if (octets <= suspicious && !excessive && !compressed) return undefined;
  const size = `${chain.length === 0 ? "a chain" : `${chain.length} certificates`}${octets === 0 ? "" : ` of ${Math.ceil(octets / 1024)} KiB`}`;
  const file =
    certificatesOf(seen.server?.certificate).length > 0
      ? seen.server!.certificate!.name
      : "its certificate file";
  return {
    text:
      compressed && octets <= suspicious
        ? `${where} and the client do not understand each other's handshake messages (alert ${alert!.name}, ${alert!.number})`
        : `${where} sends ${size}, more than clients read`,
    subject: where,
    certainty: handshake.completed || compressed ? "likely" : "proved",
    ...(octets > 102_400 || excessive || compressed
      ? {}
      : {
          forWhom:
            "Java clients (10 certificates, 32 KiB) and clients on slow or lossy networks; OpenSSL reads 100 KiB, Go 256 KiB",
        }),
    evidence: [
      ...(chain.length === 0 ? [] : [`the server's chain has ${size}`]),
      ...(awaited === 0 ? [] : [`its certificate message has ${awaited} octets`]),
      ...(localError === undefined ? [] : [`OpenSSL gave up: ${localError.message}`]),
      ...(flight.malformed === undefined ? [] : [flight.malformed.why]),
      ...(alert === undefined ? [] : [`the server sent the alert ${alert.name} (${alert.number})`]),
      writtenText(endpoint),
    ],
    breaks: `clients end the handshake with ${where} while it shows its certificates`,
    fix: [
      {
        does: `on ${where}, leave only the server's certificate and its intermediates in ${file}, without the root, the CA bundle and duplicates (and turn certificate compression off where a proxy does not know it); see what is sent`,
        command: `openssl s_client -showcerts -connect ${where} </dev/null | grep -c BEGIN`,
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  const found = logSaying(seen, {
    says: /excessive[ _]message[ _]size|handshake message of length \d+ bytes exceeds maximum|size of the handshake message \(\d+\) exceeds|certificate chain length \(\d+\) exceeds|certificate compression|compressed certificate|chain too long.*message/i,
  });
  if (found === undefined) return undefined;
  const { line, where, evidence } = found;
  const server = line.role === "server";
  return {
    text: server
      ? `${line.program === "unknown" ? "the server" : line.program} was sent a chain of certificates that is too long${line.remote === undefined ? "" : `, by ${line.remote}`}`
      : `${where} sends a chain of certificates that is longer than the client reads`,
    subject: server ? (line.remote ?? where) : where,
    certainty: "likely",
    side: server ? "client" : "server",
    evidence,
    breaks: "the handshake ends while the certificates are shown",
    fix: [
      {
        does: "leave only the own certificate and its intermediates in that certificate file, without the root, the CA bundle and duplicates",
        ...(server || !found.known
          ? {}
          : {
              command: `openssl s_client -showcerts -connect ${where} </dev/null | grep -c BEGIN`,
            }),
      },
    ],
  };
};
