import { defineFault } from "../../fault.ts";
import { certificatesOf } from "../../file-evidence.ts";
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
  detect: (seen) => {
    if (seen.endpoint !== undefined) return undefined;
    const authorities = seen.files
      .flatMap((file) => certificatesOf(file).map((certificate) => ({ certificate, file })))
      .filter(({ certificate }) => isAuthority(certificate));
    for (const line of seen.log.toReversed()) {
      const pins = [...line.text.matchAll(/sha256:([0-9a-f]{64})\b/gi)].map((match) =>
        match[1]!.toLowerCase(),
      );
      const says = complaint.test(line.text);
      const command =
        pins.length > 0 && /discovery-token-ca-cert-hash|caCertHashes/.test(line.text);
      const fits = authorities.some(({ certificate }) => pins.includes(certificate.publicKey.id));
      if (!says && !(command && authorities.length > 0 && !fits)) continue;
      const [first] = authorities;
      const right = first === undefined ? undefined : `sha256:${first.certificate.publicKey.id}`;
      return {
        text: `the pinned hash ${pins[0] === undefined ? "of a public key" : `sha256:${pins[0]}`} is not that of ${first === undefined ? "the CA" : `the CA ${callIt(first.certificate)} in ${first.file.name}`}`,
        subject: first?.file.name ?? line.file,
        certainty: right === undefined ? "likely" : "proved",
        evidence: [
          `${line.file}:${line.line}: ${line.raw}`,
          ...(right === undefined ? [] : [`the public key in ${first!.file.name} has ${right}`]),
        ],
        breaks: "the client refuses the server, as it was told to",
        fix: [
          right === undefined
            ? {
                does: "compute the hash of the CA's public key on a control-plane node, and pin that",
                command:
                  "openssl x509 -in /etc/kubernetes/pki/ca.crt -noout -pubkey | openssl pkey -pubin -outform der | sha256sum",
              }
            : {
                does: `if ${first!.file.name} is the right CA, pin its key: write ${right}; seen again by`,
                command: `openssl x509 -in ${shellWord(first!.file.path ?? first!.file.name)} -noout -pubkey | openssl pkey -pubin -outform der | sha256sum`,
              },
        ],
      };
    }
    return undefined;
  },
});

const complaint =
  /none of the public keys .{0,200}are pinned|public key does not match pinned public key|pinned (?:public )?key (?:mismatch|not match)/i;
