import { formatName } from "../../../x509/names.ts";
import type { Certificate } from "../../../model/certificate.ts";
import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import { certificatesOf, keyOf, type FileEvidence } from "../../file-evidence.ts";
import { theFile } from "../../file-fault.ts";
import type { Detected } from "../../finding.ts";
import { callIt } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "file.pem-order",
  title: "Blocks in the wrong order",
  side: "file",
  severity: "warning",
  stage: "file",
  cites: ["RFC 8446 section 4.4.2", "Go crypto/tls: X509KeyPair takes the first certificate"],
  explain: `Programs take the first certificate of a file as the one that belongs to the key, and send the rest behind it. When an
issuer stands first, Go says "private key does not match public key" though the right certificate is there, one block
below. A private key before the certificate confuses the programs that read the first block only. The order that all
understand: the certificate, its issuers upwards, the key last.`,
  detect: (seen) => issuerFirst(seen) ?? keyFirst(seen),
});

const leafFirst = (file: FileEvidence): readonly string[] => {
  const [first, ...rest] = certificatesOf(file);
  const issuer = first === undefined ? undefined : formatName(first.subject);
  return rest.filter((one) => formatName(one.issuer) === issuer).map(callIt);
};

const isAuthority = ({ basicConstraints, version }: Certificate): boolean =>
  basicConstraints?.ca === true || version === 1;

/** Files whose first certificate is the one that counts: not bundles of CAs, and not what client.not-a-pair-order names. */
const isChain = ({ role }: FileEvidence): boolean =>
  role === "server-certificate" || role === "peer-certificate" || role === "other";

const issuerFirst = ({ files }: Case): Detected | undefined => {
  const keys = new Set(
    files.flatMap((file) => {
      const id = keyOf(file)?.id;
      return id === undefined ? [] : [id];
    }),
  );
  for (const file of files.filter(isChain)) {
    const [first, ...rest] = certificatesOf(file);
    if (first === undefined) continue;
    const below = leafFirst(file);
    const byKey = rest.find(({ publicKey }) => keys.has(publicKey.id));
    // Without a key the leaf is told by what it is.
    const owned = byKey ?? (isAuthority(first) ? rest.find((one) => !isAuthority(one)) : undefined);
    if (below.length === 0 || owned === undefined || keys.has(first.publicKey.id)) continue;
    return {
      text: `${theFile(file)} begins with ${callIt(first)}, and the certificate ${byKey === undefined ? "that it issued" : "of its key"}, ${callIt(owned)}, stands below`,
      subject: file.name,
      certainty: "proved",
      severity: "fault",
      evidence: [
        `first is ${callIt(first)}, which issued ${below.join(", ")}`,
        byKey === undefined
          ? `${callIt(owned)} is no CA: it must be the one that is to be shown`
          : `the private key that was found belongs to ${callIt(owned)}`,
      ],
      breaks: "programs take the first certificate for that of the key, and refuse the pair",
      fix: [
        {
          does: `put ${callIt(owned)} first in ${file.name}, its issuers behind it; see the order`,
          command: `certwright inspect ${shellWord(file.path ?? file.name)}`,
        },
      ],
    };
  }
  return undefined;
};

const keyFirst = ({ files, endpoint }: Case): Detected | undefined => {
  // Where a server or client was tried with it, it is known to be read.
  if (endpoint !== undefined) return undefined;
  for (const file of files) {
    const first = file.material.faults.find(({ code }) => code === "file.pem-order");
    if (first === undefined) continue;
    return {
      text: `in ${theFile(file)} the private key stands before the certificate`,
      subject: file.name,
      certainty: "proved",
      evidence: [first.message],
      breaks: "programs that read the first block only find no certificate",
      fix: [
        {
          does: `write the certificates of ${file.name} first and the key last`,
          command: `openssl crl2pkcs7 -nocrl -certfile ${shellWord(file.path ?? file.name)} | openssl pkcs7 -print_certs && openssl pkey -in ${shellWord(file.path ?? file.name)}`,
        },
      ],
    };
  }
  return undefined;
};
