import { defineFault } from "../../fault.ts";
import type { FileEvidence } from "../../file-evidence.ts";
import { locationText } from "../../location.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "k8s.sa-key-mismatch",
  title: "Service account keys do not fit together",
  side: "config",
  severity: "fault",
  stage: "file",
  cites: [
    "kube-apiserver --service-account-key-file, --service-account-signing-key-file",
    "kube-controller-manager --service-account-private-key-file",
  ],
  explain: `Tokens of service accounts are signed with sa.key and verified with sa.pub. When the two are no pair (one was restored or
copied from another control-plane node, the other was not), every token is refused: pods get 401, "invalid bearer token,
go-jose/go-jose: error in cryptographic primitive". All control-plane nodes need the same pair. kubeadm's own check does not look at it.`,
  detect({ files }) {
    const of = (flags: RegExp) =>
      files.filter(({ named, error }) => flags.test(named.field ?? "") && error === undefined);
    const idsOf = (file: FileEvidence): readonly string[] => [
      ...file.material.publicKeys.map(({ key }) => key.id),
      ...file.material.certificates.map(({ certificate }) => certificate.publicKey.id),
      ...file.material.privateKeys.flatMap(({ id }) => id ?? []),
    ];
    const accepting = of(/^--service-account-key-file$/);
    const known = accepting.flatMap(idsOf);
    if (known.length === 0) return undefined;
    const signing = of(/^--service-account-(?:signing-key-file|private-key-file)$/).find((file) => {
      const ids = idsOf(file);
      return ids.length > 0 && !ids.some((id) => known.includes(id));
    });
    if (signing === undefined) return undefined;
    const names = accepting.map(({ name }) => name).join(", ");
    const first = accepting[0]!;
    return {
      text: `the key ${signing.name} that signs service account tokens does not belong to ${names}, with which kube-apiserver verifies them`,
      subject: first.name,
      certainty: "proved",
      evidence: [
        `${locationText(signing.named)} names ${signing.name}, whose public key is ${idsOf(signing)[0]!.slice(0, 16)}…`,
        ...accepting.map(
          (file) =>
            `${locationText(file.named)} names ${file.name}, which is ${idsOf(file)[0]?.slice(0, 16) ?? "no key"}…`,
        ),
      ],
      breaks: "kube-apiserver refuses every service account token: pods get 401 Unauthorized",
      fix: [
        {
          does: `make ${first.name} anew from ${signing.name} (or bring both from another control-plane node, where tokens work), then restart kube-apiserver and kube-controller-manager`,
          command: `openssl pkey -in ${shellWord(signing.name)} -pubout -out ${shellWord(first.name)}`,
        },
      ],
    };
  },
});
