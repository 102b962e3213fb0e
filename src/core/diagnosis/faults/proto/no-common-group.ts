import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { logSaying } from "../../log/saying.ts";
import { greetedOf, writtenText } from "../../reach.ts";

export const fault = defineFault({
  id: "proto.no-common-group",
  title: "No key exchange group in common",
  side: "server",
  severity: "fault",
  stage: "negotiate",
  explains: ["proto.handshake-failure", "proto.no-common-cipher"],
  cites: [
    "RFC 8446 sections 4.2.7 and 4.1.4: supported_groups",
    "crypto/tls: defaultCurvePreferences",
    "nginx ssl_ecdh_curve, OpenSSL Groups",
  ],
  explain: `Client and server share no group (curve) for the key exchange: the server is set to brainpool curves, X448, secp256k1
or finite-field groups only. Clients everywhere have X25519 and P-256; a server should have at least one of them. The alert is
handshake_failure (40), as for ciphers; only by trying is the one told from the other.`,
  detect: (seen) => fromLook(seen) ?? fromLog(seen),
});

const fix: Detected["fix"] = [
  {
    does: "add X25519 and P-256 to the server's groups (nginx: ssl_ecdh_curve; HAProxy: curves; OpenSSL: Groups; Apache: SSLOpenSSLConfCmd Curves). For nginx",
    command: "ssl_ecdh_curve X25519:prime256v1;",
  },
];

const fromLook = (seen: Case): Detected | undefined => {
  const greeted = greetedOf(seen);
  if (greeted === undefined) return undefined;
  const { where, endpoint, handshake, followUps } = greeted;
  const common = { subject: where, certainty: "proved", fix } as const;
  const breaks = `the handshake with ${where} ends before a certificate is shown`;
  if (handshake.completed) {
    const { usual } = followUps;
    if (usual?.handshake?.alert?.number !== 40) return undefined;
    const { group } = handshake;
    if (group === undefined || /x25519|secp(?:256|384|521)r1|P-(?:256|384|521)/i.test(group))
      return undefined;
    return {
      ...common,
      text: `${where} takes the group ${group} and none of those that Go clients offer`,
      forWhom:
        "Go clients (etcd, Kubernetes, calicoctl); OpenSSL clients (curl, Node, nginx) get through",
      evidence: [
        `offered all that OpenSSL has by default, the server chose ${group}`,
        "offered X25519, P-256, P-384 and P-521, it answered with the alert handshake_failure (40)",
        writtenText(endpoint),
      ],
      breaks,
    };
  }
  if (handshake.alert?.number !== 40 || handshake.flight.hello !== undefined) return undefined;
  const wider = followUps.groups?.handshake;
  if (wider?.flight.hello === undefined && wider?.flight.helloRetry === undefined) return undefined;
  const group = wider.group ?? wider.flight.helloRetry?.group;
  return {
    ...common,
    text: `${where} and today's clients have no key exchange group in common: it takes ${group ?? "only rare ones"}`,
    evidence: [
      "offered OpenSSL's default groups, the server answered with the alert handshake_failure (40)",
      `offered every group there is, it went on${group === undefined ? "" : ` with ${group}`}`,
      writtenText(endpoint),
    ],
    breaks,
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  const found = logSaying(seen, {
    besideLook: true,
    says: /no (?:suitable|shared|common) (?:key share|group|curve)|no supported elliptic curves|NO_SHARED_GROUP|NO_SUITABLE_KEY_SHARE|no ECDHE curve supported by both|no key exchanges? supported by both|unsupported elliptic curve|NoKxGroupsInCommon/i,
  });
  if (found === undefined) return undefined;
  const { line, evidence } = found;
  const who = line.remote === undefined ? "the client" : `the client at ${line.remote}`;
  return {
    text: `${line.program === "unknown" ? "the server" : line.program} and ${who} have no key exchange group in common`,
    subject: line.remote ?? found.where,
    certainty: "proved",
    evidence,
    breaks: `${who} is turned away before a certificate is shown`,
    fix,
  };
};
