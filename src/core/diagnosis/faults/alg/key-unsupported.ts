import { oidName } from "../../../x509/oids.ts";
import type { PublicKey } from "../../../model/certificate.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import { judgedChains, lookAt, fileWith } from "../../judged-chain.ts";
import { fromServerLog } from "../../server-log-fault.ts";
import { callIt } from "../../words.ts";
import type { Case } from "../../case.ts";
import type { Detected } from "../../finding.ts";

export const fault = defineFault({
  id: "alg.key-unsupported",
  title: "Kind of key that clients do not know",
  side: "server",
  severity: "fault",
  stage: "trust",
  explains: [
    "trust.unknown-ca",
    "trust.bad-signature",
    "proto.no-common-group",
    "proto.no-common-cipher",
    "proto.handshake-failure",
    "alg.sigalg-mismatch",
  ],
  cites: [
    "crypto/x509: unsupported elliptic curve",
    "RFC 8446 section 4.2.3: signature algorithms",
    "RFC 8734: brainpool curves in TLS 1.3",
  ],
  explain: `The certificate's key is of a kind that usual clients cannot use: a brainpool or Koblitz curve, Ed448, DSA. OpenSSL
makes and reads such keys without a word; Go says "x509: unsupported elliptic curve", and many handshakes end with the bare alert
handshake_failure before a certificate is shown. P-256, P-384, RSA and (for today's clients) Ed25519 are what everybody has.`,
  detect: (seen) => fromChain(seen) ?? fromLog(seen),
});

/** Curves that OpenSSL makes and others do not know (RFC 5639 section 4.1, SEC 2 section 2). */
const curves: Readonly<Record<string, string>> = {
  "1.3.36.3.3.2.8.1.1.7": "brainpoolP256r1",
  "1.3.36.3.3.2.8.1.1.11": "brainpoolP384r1",
  "1.3.36.3.3.2.8.1.1.13": "brainpoolP512r1",
  "1.3.132.0.10": "secp256k1",
  "1.3.132.0.33": "P-224",
  "1.2.840.10045.3.1.1": "P-192",
};

/** What is wrong with it, or undefined for keys that Go and OpenSSL both use. */
const strange = ({ algorithm, curve }: PublicKey): string | undefined => {
  if (algorithm === "dsa") return "DSA";
  if (algorithm === "ed448") return "Ed448";
  if (algorithm !== "ec" || ["P-256", "P-384", "P-521"].includes(curve ?? "")) return undefined;
  return curve === undefined
    ? "a curve given by its parameters"
    : `the curve ${curves[curve] ?? oidName(curve)}`;
};

const fromChain = (seen: Case): Detected | undefined => {
  for (const judged of judgedChains(seen)) {
    const at = judged.chain.findIndex(({ publicKey }) => strange(publicKey) !== undefined);
    const blame = judged.chain[at];
    if (blame === undefined) continue;
    const file = fileWith(seen, blame);
    return {
      text: `${at === 0 ? judged.what : `the CA ${callIt(blame)} above ${judged.what}`} has a key of a kind that many clients do not know: ${strange(blame.publicKey)}`,
      subject: judged.holder,
      certainty: "proved",
      forWhom:
        "Go clients (etcd, Kubernetes, calicoctl) and others; OpenSSL knows it, though seldom offers it",
      evidence: [
        ...judged.evidence,
        `the key of ${callIt(blame)}: ${strange(blame.publicKey)}`,
        ...(seen.endpoint === undefined ? [] : [`served by ${endpointText(seen.endpoint)}`]),
      ],
      breaks: "Go clients refuse the server, others fail in the handshake",
      fix: [
        lookAt(
          `issue the certificate ${callIt(blame)} again for a P-256 key (or RSA of 2048 bits and more), and put both in the place of ${file?.name ?? `those that ${judged.holder} serves`}; see its key`,
          file,
          judged.holder,
        ),
      ],
    };
  }
  return undefined;
};

const fromLog = (seen: Case): Detected | undefined =>
  fromServerLog(seen, "key-unsupported", (line, dialler, dialled) => ({
    text: `${dialled} has a certificate whose kind of key ${dialler} does not know`,
    fix: [
      {
        does: `issue the certificate of ${dialled} again for a P-256 key (or RSA of 2048 bits and more)${line.remote === undefined ? "" : ` (${line.remote})`}`,
        command: `certwright inspect ${dialled.includes(":") ? dialled : "SERVER.crt"}`,
      },
    ],
  }));
