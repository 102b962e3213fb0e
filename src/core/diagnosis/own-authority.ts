import { formatName } from "../x509/names.ts";
import type { Certificate } from "../model/certificate.ts";
import type { Case, OwnCertificate } from "./case.ts";
import { isMinded, isRefused, refusingAlert } from "./client-fault.ts";
import { failureOf } from "./for-whom.ts";
import { certificatesOf, keyOf } from "./file-evidence.ts";

/** Why a server does not know the CA of our certificate: the end of a fault's id. */
export interface AuthorityTrouble {
  readonly kind: "wrong-ca" | "ca-key-changed" | "missing-intermediate" | "ca-list-mismatch";
  readonly own: OwnCertificate;
  /** The last certificate that we send; its issuer is what the server would have to know. */
  readonly top: Certificate;
  /** Name of that issuer, RFC 4514. */
  readonly issuer: string;
  /** CAs that the server accepts, by its own list, else by the file it was held against. */
  readonly accepted: readonly string[];
  readonly acceptedFrom: "list" | "file" | "unknown";
  /** The CA certificate that explains it: the one of that name with another key, or the missing intermediate. */
  readonly other?: Certificate;
  /** Where that one was found. */
  readonly otherIn?: string;
  readonly certain: boolean;
}

/** The end of what we send: from our certificate by issuer names through what its file holds. */
const topOf = ({ certificate, sent }: OwnCertificate): Certificate => {
  let top = certificate;
  for (const _ of sent) {
    const issuer = formatName(top.issuer);
    const next = sent.find((one) => one !== top && formatName(one.subject) === issuer);
    if (next === undefined || formatName(next.issuer) === formatName(next.subject)) break;
    top = next;
  }
  return top;
};

/** Names that people give to CAs which are no roots. */
const soundsIntermediate =
  /intermediate|issuing|issuer|sub-?(?:ordinate)?[ -_]?ca|inter\b|\bica\b/i;

const same = (a: Uint8Array | undefined, b: Uint8Array | undefined): boolean =>
  a !== undefined &&
  b !== undefined &&
  a.length === b.length &&
  a.every((byte, i) => byte === b[i]);

/** CA certificates that are known here, each with where it was found. */
const known = (seen: Case): readonly (readonly [Certificate, string])[] => [
  ...seen.files.flatMap((file) => certificatesOf(file).map((one) => [one, file.name] as const)),
  ...(seen.served?.chain ?? []).map((one) => [one, "what the server sends"] as const),
];

/** Whether `ca` may have issued `child`: its name fits, and so does its key as far as identifiers tell. */
const couldIssue = (ca: Certificate, child: Certificate): boolean => {
  const wanted = child.authorityKeyIdentifier?.keyIdentifier;
  return (
    formatName(ca.subject) === formatName(child.issuer) &&
    (wanted === undefined ||
      ca.subjectKeyIdentifier === undefined ||
      same(wanted, ca.subjectKeyIdentifier))
  );
};

/** Alerts that say no more than "not this one": what is wrong must be told from what is known of the CA. */
const saysNothing: ReadonlySet<number | undefined> = new Set([undefined, 40, 42, 43, 46, 49, 116]);

/**
 * What is wrong with the CA of our certificate, as far as the server's list of CAs, its alert, the files at hand and
 * its configuration tell; undefined when nothing is.
 */
export const authorityTroubleOf = (seen: Case): AuthorityTrouble | undefined => {
  const { own, demand } = seen;
  // A CA that stands first in the file by mistake is another fault.
  if (own === undefined || keyOf(seen.client.key)?.id !== own.certificate.publicKey.id)
    return undefined;
  const top = topOf(own);
  const issuer = formatName(top.issuer);
  const list = demand?.authorities ?? [];
  const base = {
    own,
    top,
    issuer,
    accepted:
      list.length > 0 ? list : [...new Set(own.anchors.map((ca) => formatName(ca.subject)))],
    acceptedFrom:
      list.length > 0
        ? ("list" as const)
        : own.anchors.length > 0
          ? ("file" as const)
          : ("unknown" as const),
  };
  const withheld = withheldOf(seen, own);
  if (withheld !== undefined) return { ...base, kind: "ca-list-mismatch", certain: withheld };
  if (!isMinded(seen) || (demand !== undefined && !isRefused(seen))) return undefined;
  const alert = refusingAlert(seen);
  const unknown =
    failureOf(own.failures, "unknown-authority") ?? failureOf(own.failures, "bad-signature");
  const saidUnknown = alert === 48;
  if (!saidUnknown && !saysNothing.has(alert)) return undefined;
  const fromServer = own.anchorsFrom === "server-config";
  // What the client trusts is a guess at what the server trusts: without any word of the server it proves nothing.
  if (demand === undefined && (own.anchors.length === 0 || own.anchorsFrom === "found"))
    return undefined;
  const suspicious = unknown !== undefined || own.listed === false;
  if (!saidUnknown && !suspicious) return undefined;
  const others = known(seen);
  const missing = others.find(
    ([ca]) => couldIssue(ca, top) && formatName(ca.issuer) !== formatName(ca.subject),
  );
  const isSent =
    missing !== undefined && own.sent.some((one) => one.fingerprint === missing[0].fingerprint);
  if (missing !== undefined && !isSent && own.listed !== true)
    return {
      ...base,
      kind: "missing-intermediate",
      other: missing[0],
      otherIn: missing[1],
      certain: true,
    };
  const namesake = [...own.anchors.map((ca) => [ca, "the CA file"] as const), ...others].find(
    ([ca]) => formatName(ca.subject) === issuer && !couldIssue(ca, top),
  );
  const badSignature = failureOf(own.failures, "bad-signature") !== undefined;
  if (namesake !== undefined || badSignature || (saidUnknown && own.listed === true))
    return {
      ...base,
      kind: "ca-key-changed",
      certain: namesake !== undefined,
      ...(namesake === undefined
        ? {}
        : { other: namesake[0], otherIn: nameOfFile(seen, namesake) }),
    };
  // The server names our CA, and no key differs: only another fault can be left.
  if (own.listed === true && !fromServer) return undefined;
  if (soundsIntermediate.test(issuer) && !base.accepted.includes(issuer))
    return { ...base, kind: "missing-intermediate", certain: false };
  // An alert that does not speak of CAs, from a server whose list has ours not: Go clients would not even send it. etcd has
  // one setting for both, and older Go says bad_certificate (42) of every CA that it does not know.
  const isEtcd = seen.endpoint?.program === "etcd" || seen.endpoint?.program === "etcd-peer";
  if (own.listed === false && !isEtcd && (alert === 42 || alert === 43))
    return { ...base, kind: "ca-list-mismatch", certain: false };
  return { ...base, kind: "wrong-ca", certain: saidUnknown || own.listed === false || fromServer };
};

const nameOfFile = (seen: Case, [ca, where]: readonly [Certificate, string]): string =>
  where !== "the CA file"
    ? where
    : (seen.files.find((file) =>
        certificatesOf(file).some((one) => one.fingerprint === ca.fingerprint),
      )?.name ?? where);

/**
 * Whether Go and Java clients would keep our certificate to themselves: the server took it from us, yet its list of
 * acceptable CAs lacks ours (RFC 8446 section 4.2.4); or its log says that a client sent none. The answer is how sure that is.
 */
const withheldOf = (seen: Case, own: OwnCertificate): boolean | undefined => {
  const { demand, log, endpoint } = seen;
  if (demand?.asked === true && demand.acceptance.verdict === "accepted" && own.listed === false)
    return demand.acceptance.presented ? true : undefined;
  const saysNone = log.some(({ told }) => told?.cause === "none-sent");
  const unknown = failureOf(own.failures, "unknown-authority") !== undefined;
  return endpoint === undefined && saysNone && unknown ? false : undefined;
};
