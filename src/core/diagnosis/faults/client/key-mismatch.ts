import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { certificatesOf, keyOf } from "../../file-evidence.ts";
import { locationText } from "../../location.ts";
import type { LogProgram } from "../../log/event.ts";
import { callIt } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "client.key-mismatch",
  title: "Client certificate and key do not belong together",
  side: "client",
  severity: "fault",
  stage: "file",
  explains: ["file.key-cert-mismatch"],
  cites: ["crypto/tls: private key does not match public key", "X509_check_private_key(3)"],
  explain: `The private key that is configured is not the one the certificate was issued for: one of the two was renewed and the other
was not, or they are of two clients. No program gets as far as the network with such a pair: "private key does not match
public key" (Go), "key values mismatch" (OpenSSL, Node).`,
  detect: (seen) => fromFile(seen) ?? fromLog(seen),
});

const fromFile = (seen: Case): Detected | undefined => {
  const { certificate, key, who } = seen.client;
  const [leaf, ...more] = certificatesOf(certificate);
  const id = keyOf(key)?.id;
  if (certificate === undefined || key === undefined || leaf === undefined || id === undefined)
    return undefined;
  // Another certificate of the file may be the key's: that is a question of order.
  if ([leaf, ...more].some(({ publicKey }) => publicKey.id === id)) return undefined;
  const elsewhere = seen.files.find(
    (file) => file !== certificate && certificatesOf(file)[0]?.publicKey.id === id,
  );
  return {
    text: `the client key ${key.name} does not belong to the client certificate ${callIt(leaf)} in ${certificate.name}`,
    subject: key.name,
    certainty: "proved",
    evidence: [
      `${certificate.name} (${locationText(certificate.named)}) is for the public key ${leaf.publicKey.id.slice(0, 16)}… (SHA-256)`,
      `${key.name} (${locationText(key.named)}) has the public key ${id.slice(0, 16)}…`,
      ...(elsewhere === undefined ? [] : [`that is the key of ${elsewhere.name}`]),
    ],
    breaks: `${who} does not start, or sends no certificate`,
    fix: [
      {
        does: `name the key of ${callIt(leaf)} in ${locationText(key.named)} in place of ${key.name}, or the certificate that was issued for ${key.name} in ${locationText(certificate.named)}${elsewhere === undefined ? "" : `: ${elsewhere.name}`}; compare the two`,
        command: `certwright inspect ${shellWord(certificate.name)} ${shellWord(key.name)}`,
      },
    ],
  };
};

/** Programs whose own pair it is when they say so; all others are clients. */
const servers: ReadonlySet<LogProgram> = new Set([
  "etcd",
  "nginx",
  "haproxy",
  "envoy",
  "kube-apiserver",
  "istiod",
]);

const fromLog = ({ endpoint, log }: Case): Detected | undefined => {
  if (endpoint !== undefined) return undefined;
  const line = log.findLast(
    ({ told, program }) => told?.cause === "key-mismatch" && !servers.has(program),
  );
  if (line === undefined) return undefined;
  const who = line.program === "unknown" ? "the client" : line.program;
  return {
    text: `the certificate and the key that ${who} is given do not belong together`,
    subject: line.file,
    certainty: "likely",
    evidence: [`${line.file}:${line.line}: ${line.raw}`],
    breaks: `${who} does not start, or sends no certificate`,
    fix: [
      {
        does: `give ${who} the key of its certificate; compare the two`,
        command: "certwright inspect CLIENT.crt CLIENT.key",
      },
    ],
  };
};
