import { pairings } from "../../../material/pair.ts";
import { joinMaterial } from "../../../material/material.ts";
import type { Certificate } from "../../../model/certificate.ts";
import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import { certificatesOf, keyOf, type FileEvidence } from "../../file-evidence.ts";
import { theFile } from "../../file-fault.ts";
import { locationText } from "../../location.ts";
import { callIt, certificateFacts } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

interface Pair {
  readonly certificate: FileEvidence;
  readonly key: FileEvidence;
}

export const fault = defineFault({
  id: "file.key-cert-mismatch",
  title: "Certificate and key do not belong together",
  side: "file",
  severity: "fault",
  stage: "file",
  explains: ["etcd.start-key-mismatch", "client.none-sent"],
  cites: [
    "Go crypto/tls: X509KeyPair, private key does not match public key",
    "OpenSSL: X509_check_private_key, key values mismatch",
  ],
  explain: `The certificate holds another public key than the private key beside it has. One of the two was renewed and the other was
not copied, or two pairs were mixed up. No program starts with such a pair: Go says "private key does not match public key",
OpenSSL "key values mismatch".`,
  detect(seen) {
    for (const { certificate, key } of pairsOf(seen)) {
      const [first] = certificatesOf(certificate);
      const id = keyOf(key)?.id;
      // An encrypted key tells nothing; an issuer that stands first is another fault (file.pem-order).
      if (first === undefined || id === undefined || holds(certificate, id)) continue;
      const elsewhere = seen.files.find((file) => keyOf(file)?.id === first.publicKey.id);
      const owner = seen.files.find((file) => certificatesOf(file)[0]?.publicKey.id === id);
      return {
        text: `${theFile(key)} is not the key of ${callIt(first)} in ${certificate.name}`,
        subject: key.name,
        certainty: "proved",
        evidence: [
          `${certificate.name} holds ${certificateFacts(first)}, named by ${locationText(certificate.named)}`,
          `the private key in ${key.name} has another public key; it is named by ${locationText(key.named)}`,
          ...(elsewhere === undefined
            ? []
            : [`${elsewhere.name} holds the key of ${certificate.name}`]),
          ...(owner === undefined ? [] : [`the key in ${key.name} is that of ${owner.name}`]),
        ],
        breaks: "no program starts with such a pair",
        fix: [
          {
            does:
              elsewhere === undefined
                ? `put the key that was made for ${certificate.name} at ${key.name}, or have a new certificate issued for the key; compare`
                : `name ${elsewhere.name} in ${locationText(key.named)}, or put it in the place of ${key.name}; compare`,
            command: `openssl x509 -noout -pubkey -in ${pathWord(certificate)}; openssl pkey -pubout -in ${pathWord(key)}`,
          },
        ],
      };
    }
    return undefined;
  },
});

const pathWord = (file: FileEvidence): string => shellWord(file.path ?? file.name);

const holds = (file: FileEvidence, id: Certificate["publicKey"]["id"]): boolean =>
  certificatesOf(file).some(({ publicKey }) => publicKey.id === id);

/** Pairs of a server's configuration, and plain files that lie beside each other. The client's is client.key-mismatch. */
const pairsOf = (seen: Case): readonly Pair[] => {
  const { files } = seen;
  const of = (certificate: FileEvidence["role"], key: FileEvidence["role"]): readonly Pair[] =>
    files
      .filter(({ role }) => role === certificate)
      .flatMap((one) => {
        const other = files.find((file) => file.role === key && file.named.file === one.named.file);
        return other === undefined ? [] : [{ certificate: one, key: other }];
      });
  return [
    ...of("server-certificate", "server-key"),
    ...of("peer-certificate", "peer-key"),
    ...plainPairs(
      files.filter(({ role }) => role === "other"),
      seen.target.kind === "files",
    ),
  ];
};

const plainPairs = (files: readonly FileEvidence[], alone: boolean): readonly Pair[] => {
  const certificates = files.filter((file) => certificatesOf(file).length > 0);
  const keys = files.filter((file) => keyOf(file) !== undefined);
  // Two files on the command line, a certificate and a key, are meant as a pair whatever they are called.
  if (alone && certificates.length === 1 && keys.length === 1)
    return [{ certificate: certificates[0]!, key: keys[0]! }];
  return pairings(joinMaterial(files.map(({ material }) => material))).flatMap(
    ([found, pairing]) => {
      if (pairing?.belongs !== "no") return [];
      const certificate = certificates.find((file) => isAt(file, found.place));
      const key = keys.find((file) => isAt(file, pairing.key.place));
      return certificate === undefined || key === undefined ? [] : [{ certificate, key }];
    },
  );
};

const isAt = (
  file: FileEvidence,
  place: { readonly source: string; readonly within?: string },
): boolean =>
  place.within === undefined
    ? file.name === place.source
    : file.name === `${place.source} (${place.within})`;
