import { roleText } from "../../file-evidence.ts";
import { defineFileFault } from "../../file-fault.ts";
import { locationText } from "../../location.ts";

export const fault = defineFileFault({
  id: "file.bad-der",
  title: "Damaged content",
  codes: ["file.bad-der", "file.not-pem"],
  told: {
    says: /malformed certificate|asn1: (?:structure|syntax) error|asn1 encoding routines.*too long|BadEncoding|failed to find any PEM data|no start line/i,
    unless: /webhook|REST client/i,
    certainty: "possible",
  },
  says: (_file, found) =>
    found?.code === "file.not-pem"
      ? "holds no certificate, key, request or list at all"
      : "has the form of PEM or DER, but its content is damaged",
  breaks: "no program can read what is in it",
  fix: (path, file) => [
    {
      does: `put the right ${roleText[file.role]} at ${file.name}, or correct ${locationText(file.named)}; see what this is`,
      command: `file ${path}`,
    },
  ],
  explains: ["trust.no-ca-configured", "client.none-sent", "client.rejected"],
  cites: ["X.690", "RFC 5280 section 4.1"],
  explain: `The frame is right and what is in it is not: the bytes are no certificate, key or list, or end too early. A page of an error
that was saved as a certificate, a file encrypted by some tool, and bytes changed by a transfer in text mode look so.`,
});
