import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { logSaying } from "../../log/saying.ts";
import { greetedOf, writtenText } from "../../reach.ts";

export const fault = defineFault({
  id: "proto.no-common-cipher",
  title: "No cipher suite in common",
  side: "server",
  severity: "fault",
  stage: "negotiate",
  explains: ["proto.handshake-failure"],
  cites: [
    "RFC 8446 section 4.1.1 and RFC 5246 section 7.4.1.3: handshake_failure (40)",
    "etcd --cipher-suites, kube-apiserver --tls-cipher-suites",
    "crypto/tls: cipherSuitesPreferenceOrder",
  ],
  explain: `Client and server share no cipher suite, so the server ends the handshake with the alert handshake_failure (40)
before it shows a certificate. Three ways lead there: a list on the server that is too short or too exotic; an ECDSA certificate
beside a list that has suites for RSA only (or the other way round), so that the server itself can use none of them; and lists of
suites with DHE or RSA key exchange, which OpenSSL has and Go does not offer.

Only the server's log is clear: Go "no cipher suite supported by both client and server; client offered: […]", OpenSSL "no shared
cipher".`,
  detect: (seen) => fromLook(seen) ?? fromLog(seen),
});

const fromLook = (seen: Case): Detected | undefined => {
  const greeted = greetedOf(seen);
  if (greeted === undefined) return undefined;
  const { where, endpoint, handshake, followUps } = greeted;
  const { ciphers, groups, tls13, usual } = followUps;
  const found = (
    text: string,
    rest: Pick<Detected, "certainty" | "evidence"> & { readonly forWhom?: string },
  ) => ({
    subject: where,
    text,
    ...rest,
    evidence: [...rest.evidence, writtenText(endpoint)],
    breaks: `the handshake with ${where} ends before a certificate is shown`,
    fix: [
      {
        does: `on ${where}, add suites that everybody has to its list (etcd: --cipher-suites; kube-apiserver: --tls-cipher-suites; nginx: ssl_ciphers), or take the list out; and see that they fit its certificate: an ECDSA certificate needs ECDHE-ECDSA suites, an RSA certificate ECDHE-RSA ones. For instance`,
        command:
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
      },
    ],
  });
  if (handshake.completed) {
    // It works with all that OpenSSL offers; and with what Go offers?
    if (usual === undefined || usual.handshake?.alert?.number !== 40) return undefined;
    if (!unusualCipher(handshake.cipher ?? "")) return undefined;
    return found(
      `${where} takes ${handshake.cipher ?? "a cipher suite"} and none of the suites that Go clients offer`,
      {
        certainty: "proved",
        forWhom:
          "Go clients (etcd, Kubernetes, calicoctl); OpenSSL clients (curl, Node, nginx) get through",
        evidence: [
          `offered all that OpenSSL has by default, the server chose ${handshake.cipher ?? "?"}`,
          "offered what Go's clients have, it answered with the alert handshake_failure (40)",
        ],
      },
    );
  }
  if (handshake.alert?.number !== 40 || handshake.flight.hello !== undefined) return undefined;
  // Only groups made the difference: that is another fault.
  if (groups?.handshake?.flight.hello !== undefined) return undefined;
  const taken = ciphers?.handshake?.flight.hello?.cipher;
  if (taken !== undefined)
    return found(`${where} and today's clients have no cipher suite in common: it takes ${taken}`, {
      certainty: "proved",
      evidence: [
        "offered OpenSSL's default suites, the server answered with the alert handshake_failure (40)",
        `offered every suite there is, it took ${taken}`,
      ],
    });
  // A server of TLS 1.2 that has nothing for us even so: suites that do not fit its own certificate.
  if (tls13?.handshake?.alert?.number !== 70) return undefined;
  return found(`${where} finds no cipher suite that it could use, whatever the client offers`, {
    certainty: "likely",
    evidence: [
      "offered every suite and group there is, the server answered with the alert handshake_failure (40), before it chose anything",
      "it does not speak TLS 1.3 (alert protocol_version, 70), where a common suite is never missing",
      "that is how servers behave whose list of suites does not fit their certificate",
    ],
  });
};

const unusualCipher = (cipher: string): boolean =>
  !/^TLS_(?:AES_|CHACHA20|ECDHE_(?:RSA|ECDSA)_WITH_(?:AES_(?:128|256)_(?:GCM|CBC_SHA$)|CHACHA20))/.test(
    cipher,
  );

const fromLog = (seen: Case): Detected | undefined => {
  const found = logSaying(seen, {
    besideLook: true,
    says: /no cipher suite supported by both|no[_ ]shared[_ ]cipher|no cipher suites in common|NO_SHARED_CIPHER|no ciphers available|no cipher match|NoCipherSuitesInCommon/i,
  });
  if (found === undefined) return undefined;
  const { line, evidence } = found;
  const program = line.program === "unknown" ? "the server" : line.program;
  const who = line.remote === undefined ? "the client" : `the client at ${line.remote}`;
  return {
    text: `${program} and ${who} have no cipher suite in common`,
    subject: line.remote ?? found.where,
    certainty: "proved",
    evidence,
    breaks: `${who} is turned away before a certificate is shown`,
    fix: [
      {
        does: `add suites that ${who} offers to the server's list (etcd: --cipher-suites; kube-apiserver: --tls-cipher-suites; nginx: ssl_ciphers), or take the list out; and see that they fit its certificate: an ECDSA certificate needs ECDHE-ECDSA suites, an RSA certificate ECDHE-RSA ones`,
      },
    ],
  };
};
