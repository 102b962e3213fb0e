import { defineFault } from "../../fault.ts";
import type { Certificate } from "../../../model/certificate.ts";
import type { Case } from "../../case.ts";
import { configOf } from "../../config.ts";
import { certificatesOf, type FileEvidence } from "../../file-evidence.ts";
import type { Detected, FixStep } from "../../finding.ts";
import { locationText } from "../../location.ts";
import { isAuthority } from "../../judged-chain.ts";
import { callIt } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "trust.pin-mismatch",
  title: "Pinned key is not that of the CA",
  side: "config",
  severity: "fault",
  stage: "trust",
  explains: ["trust.unknown-ca"],
  cites: [
    "kubeadm join --discovery-token-ca-cert-hash",
    "RFC 7469 section 2.4",
    "CURLE_SSL_PINNEDPUBKEYNOTMATCH (90)",
  ],
  explain: `Somebody wrote down the hash of a public key (kubeadm join's --discovery-token-ca-cert-hash, curl's --pinnedpubkey), and
the CA or server has another key: the cluster was set up anew, or the hash was taken of the certificate instead of its
public key. kubeadm's is SHA-256 of the CA's SubjectPublicKeyInfo, in hexadecimal.`,
  detect: (seen) => fromJoin(seen) ?? fromLog(seen),
});

interface Authority {
  readonly certificate: Certificate;
  readonly file: FileEvidence;
}

const authoritiesOf = ({ files }: Case): readonly Authority[] =>
  files
    .flatMap((file) => certificatesOf(file).map((certificate) => ({ certificate, file })))
    .filter(({ certificate }) => isAuthority(certificate));

const pinsIn = (text: string): readonly string[] =>
  [...text.matchAll(/sha256:([0-9a-f]{64})\b/gi)].map((match) => match[1]!.toLowerCase());

/** What is to be pinned; `authority` is the CA at hand, if there is one. */
const mend = (authority: Authority | undefined): FixStep =>
  authority === undefined
    ? {
        does: "compute the hash of the CA's public key on a control-plane node, and pin that",
        command:
          "openssl x509 -in /etc/kubernetes/pki/ca.crt -noout -pubkey | openssl pkey -pubin -outform der | sha256sum",
      }
    : {
        does: `if ${authority.file.name} is the right CA, pin its key: write ${pinOf(authority)}; seen again by`,
        command: `openssl x509 -in ${shellWord(authority.file.path ?? authority.file.name)} -noout -pubkey | openssl pkey -pubin -outform der | sha256sum`,
      };

const pinOf = ({ certificate }: Authority): string => `sha256:${certificate.publicKey.id}`;

const mismatch = (
  pin: string | undefined,
  authority: Authority | undefined,
  where: string,
): Detected => ({
  text: `the pinned hash ${pin === undefined ? "of a public key" : `sha256:${pin}`} is not that of ${authority === undefined ? "the CA" : `the CA ${callIt(authority.certificate)} in ${authority.file.name}`}`,
  subject: authority?.file.name ?? where,
  certainty: authority === undefined ? "likely" : "proved",
  evidence:
    authority === undefined
      ? []
      : [`the public key in ${authority.file.name} has ${pinOf(authority)}`],
  breaks: "the client refuses the server, as it was told to",
  fix: [mend(authority)],
});

/** kubeadm join takes any of the pinned hashes (app/util/pubkeypin). */
const fromJoin = (seen: Case): Detected | undefined => {
  const config = configOf(seen.configs, "kubeadm-join");
  const authorities = authoritiesOf(seen);
  const fields = Object.values(config?.fields ?? {});
  if (config === undefined || fields.length === 0 || authorities.length === 0) return undefined;
  const pins = fields.flatMap(({ value }) => pinsIn(value));
  if (authorities.some(({ certificate }) => pins.includes(certificate.publicKey.id)))
    return undefined;
  const [first] = fields;
  const found = mismatch(
    pins[0] ?? first!.value.replace(/^sha256:/i, ""),
    authorities[0],
    config.file,
  );
  return {
    ...found,
    evidence: [`${locationText(first!.at)} pins ${first!.value}`, ...found.evidence],
  };
};

const fromLog = (seen: Case): Detected | undefined => {
  if (seen.endpoint !== undefined) return undefined;
  const authorities = authoritiesOf(seen);
  for (const line of seen.log.toReversed()) {
    const pins = pinsIn(line.text);
    const command = pins.length > 0 && /discovery-token-ca-cert-hash|caCertHashes/.test(line.text);
    const fits = authorities.some(({ certificate }) => pins.includes(certificate.publicKey.id));
    if (!complaint.test(line.text) && !(command && authorities.length > 0 && !fits)) continue;
    const found = mismatch(pins[0], authorities[0], line.file);
    return { ...found, evidence: [`${line.file}:${line.line}: ${line.raw}`, ...found.evidence] };
  }
  return undefined;
};

const complaint =
  /none of the public keys .{0,200}are pinned|public key does not match pinned public key|pinned (?:public )?key (?:mismatch|not match)/i;
