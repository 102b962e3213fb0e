import type { MaterialFault } from "../../../material/material.ts";
import { defineFault } from "../../fault.ts";
import { locationText } from "../../location.ts";
import { counted } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "trust.ca-file-empty",
  title: "CA file holds no certificate",
  side: "client",
  severity: "fault",
  stage: "file",
  explains: ["trust.unknown-ca", "trust.no-ca-configured", "file.bad-der"],
  cites: [
    "Node tls.createSecureContext: accepts such a file silently",
    "crypto/x509: AppendCertsFromPEM returns false",
  ],
  explain: `The CA file can be read, and there is no certificate in it: a comment, a note, a web page in its place, another kind of
object. Node and some other programs take it without a word and then trust nobody, so that every handshake fails. A file
of no bytes at all is file.empty.`,
  detect: ({ files }) => {
    for (const file of files) {
      const { role, error, material } = file;
      if (role !== "client-ca" && role !== "server-client-ca" && role !== "peer-ca") continue;
      if (error !== undefined || material.certificates.length > 0) continue;
      // What it is instead has a name of its own.
      const { privateKeys, publicKeys, requests, faults } = material;
      if (privateKeys.length + publicKeys.length + requests.length > 0) continue;
      if (faults.some((one) => !isComment(one))) continue;
      return {
        text: `the CA file ${file.name} holds no certificate`,
        subject: file.name,
        certainty: "proved",
        evidence: [
          `${file.name}, ${counted(file.size ?? 0, "byte")}, is named by ${locationText(file.named)}`,
          ...faults.map(({ message }) => message),
        ],
        breaks: "who trusts by it trusts nobody: every handshake fails",
        fix: [
          {
            does: `put the CA's certificate in PEM into ${file.name}; see what it is now`,
            command: `head -c 200 ${shellWord(file.path ?? file.name)}`,
          },
        ],
      };
    }
    return undefined;
  },
});

/** Nothing but a text that begins as a comment does; other bytes are no CA file at all. */
const isComment = ({ code, message }: MaterialFault): boolean =>
  code === "file.not-pem" && /\[\s*(?:#|;|\/\/)/.test(message);
