import { equalBytes } from "../bytes/compare.ts";
import type { Certificate, Instant } from "../model/certificate.ts";
import type { VerifySignature } from "../model/cryptography.ts";
import type { GeneralName } from "../model/name.ts";
import { commonNameOf, formatName } from "../x509/names.ts";
import { oidName, purpose } from "../x509/oids.ts";
import { buildPath } from "../x509/path.ts";
import { formatInstant } from "../x509/time.ts";

/** One thing that is wrong with a leaf that was signed elsewhere. */
export interface LeafFault {
  readonly rule:
    | "other-key"
    | "other-subject"
    | "names-missing"
    | "names-added"
    | "other-usages"
    | "is-a-ca"
    | "other-issuer"
    | "not-valid"
    | "too-short"
    | "does-not-verify";
  readonly text: string;
  /** What to ask the CA for. */
  readonly cure: string;
}

/** What a signing request asked for, in the words of a certificate. */
export type AskedFor = Pick<
  Certificate,
  "subject" | "publicKey" | "subjectAltName" | "extendedKeyUsage" | "keyUsage"
>;

export interface LeafRules {
  readonly now: Instant;
  /** It has to be valid until then. */
  readonly lastingUntil: Instant;
  /** The CA that was asked, then those above it, root last. */
  readonly above: readonly [Certificate, ...Certificate[]];
  readonly verifySignature: VerifySignature;
}

/** Everything that is wrong at once: each round trip may take days. None: it is what was asked for. */
export const checkLeafAnswer = (
  asked: AskedFor,
  certificate: Certificate,
  rules: LeafRules,
): readonly LeafFault[] => [
  ...checkKey(asked, certificate),
  ...checkSubject(asked, certificate),
  ...checkNames(asked, certificate),
  ...checkUsages(asked, certificate),
  ...checkValidity(certificate, rules),
  ...checkPath(certificate, rules),
];

const words = (id: string): string => `SHA-256 ${id.slice(0, 16)}`;

const checkKey = (asked: AskedFor, { publicKey }: Certificate): readonly LeafFault[] =>
  publicKey.id === asked.publicKey.id
    ? []
    : [
        {
          rule: "other-key",
          text: `public key: it is ${words(publicKey.id)}, and ${words(asked.publicKey.id)} was asked for`,
          cure: "have this very request signed; a request of an earlier run has another key",
        },
      ];

/** CAs write strings in the encoding that they prefer; what they say is what counts. */
const checkSubject = (asked: AskedFor, { subject }: Certificate): readonly LeafFault[] =>
  equalBytes(asked.subject.der, subject.der) || formatName(asked.subject) === formatName(subject)
    ? []
    : [
        {
          rule: "other-subject",
          text: `subject: it is ${formatName(subject) || "empty"}, and ${formatName(asked.subject) || "an empty one"} was asked for`,
          cure: "have it signed with the subject of the request: its CN is a user's name and its O are groups",
        },
      ];

const nameText = (name: GeneralName): string => {
  switch (name.kind) {
    case "dns":
      return `DNS:${name.value.toLowerCase()}`;
    case "ip":
      return `IP:${name.value}`;
    case "email":
    case "uri":
      return `${name.kind === "uri" ? "URI" : "email"}:${name.value}`;
    case "directory":
      return `dirName:${formatName(name.name)}`;
    default:
      return name.kind;
  }
};

const checkNames = (asked: AskedFor, certificate: Certificate): readonly LeafFault[] => {
  const wanted = new Set((asked.subjectAltName ?? []).map(nameText));
  const found = new Set((certificate.subjectAltName ?? []).map(nameText));
  const missing = [...wanted].filter((name) => !found.has(name));
  // Many CAs repeat the common name among the names.
  const own = `DNS:${(commonNameOf(asked.subject) ?? "").toLowerCase()}`;
  const added = [...found].filter((name) => !wanted.has(name) && name !== own);
  return [
    ...(missing.length === 0
      ? []
      : [
          {
            rule: "names-missing" as const,
            text: `subject alternative names: ${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} missing`,
            cure: "have it signed with the names of the request (openssl x509 -req -copy_extensions copyall): who dials by one of them would turn it away",
          },
        ]),
    ...(added.length === 0
      ? []
      : [
          {
            rule: "names-added" as const,
            text: `subject alternative names: nobody asked for ${added.join(", ")}`,
            cure: "have it signed with the names of the request and no others: its key is not theirs",
          },
        ]),
  ];
};

const checkUsages = (asked: AskedFor, certificate: Certificate): readonly LeafFault[] => {
  const faults: LeafFault[] = [];
  if (
    certificate.basicConstraints?.ca === true ||
    certificate.keyUsage?.includes("keyCertSign") === true
  ) {
    faults.push({
      rule: "is-a-ca",
      text: "basic constraints: it is a CA's certificate",
      cure: "have it signed as an end entity: basicConstraints CA:FALSE, no keyCertSign",
    });
  }
  const wanted = (asked.extendedKeyUsage ?? []).filter(
    (oid) => certificate.extendedKeyUsage?.includes(oid) !== true,
  );
  // Without the extension anything is allowed (RFC 5280 section 4.2.1.12); etcd and Go take it so, too.
  const lacking = certificate.extendedKeyUsage === undefined ? [] : wanted.map(oidName);
  const bits = (asked.keyUsage ?? []).filter(
    (bit) => certificate.keyUsage !== undefined && !certificate.keyUsage.includes(bit),
  );
  for (const [what, missing] of [
    ["extended key usage", lacking],
    // A TLS key that may not sign is of no use; the rest is for key exchanges of old.
    ["key usage", bits.filter((bit) => bit === "digitalSignature")],
  ] as const) {
    if (missing.length === 0) continue;
    faults.push({
      rule: "other-usages",
      text: `${what}: ${missing.join(" and ")} ${missing.length === 1 ? "is" : "are"} missing`,
      cure: "have it signed with the usages of the request",
    });
  }
  return faults;
};

const checkValidity = (
  { notBefore, notAfter }: Certificate,
  { now, lastingUntil }: LeafRules,
): readonly LeafFault[] => {
  if (now < notBefore || notAfter <= now) {
    return [
      {
        rule: "not-valid",
        text: `validity: from ${formatInstant(notBefore)} to ${formatInstant(notAfter)}, and it is ${formatInstant(now)}`,
        cure: "have it signed for a time that has begun and lasts",
      },
    ];
  }
  if (notAfter > lastingUntil) return [];
  return [
    {
      rule: "too-short",
      text: `validity: it ends ${formatInstant(notAfter)}, perhaps before the run does`,
      cure: `have it signed for longer, past ${formatInstant(lastingUntil)} at least`,
    },
  ];
};

const checkPath = (
  certificate: Certificate,
  { now, above, verifySignature }: LeafRules,
): readonly LeafFault[] => {
  const [signer] = above;
  const signed =
    equalBytes(certificate.issuer.der, signer.subject.der) &&
    verifySignature(
      signer.publicKey.spki,
      certificate.signatureAlgorithm,
      certificate.tbs,
      certificate.signature,
    );
  if (!signed) {
    return [
      {
        rule: "other-issuer",
        text: `issuer: ${formatName(certificate.issuer)} signed it, and not the CA that the plan names, ${formatName(signer.subject)} (${words(signer.fingerprint)})`,
        cure: "have it signed by that CA itself; for another one, plan anew: --to-external FILE",
      },
    ];
  }
  const wanted = certificate.extendedKeyUsage ?? [];
  const result = buildPath({
    leaf: certificate,
    intermediates: [],
    // Verifiers are given that CA alone.
    anchors: [signer],
    at: Math.max(now, certificate.notBefore),
    usages: wanted.includes(purpose.serverAuth)
      ? ["serverAuth"]
      : wanted.includes(purpose.clientAuth)
        ? ["clientAuth"]
        : ["any"],
    profile: "go",
    verifySignature,
  });
  if (result.ok) return [];
  return [
    {
      rule: "does-not-verify",
      text: `path: Go does not accept it below ${formatName(signer.subject)}: ${result.failure.message}`,
      cure: "have it signed anew; certwright verify tells more",
    },
  ];
};
