import { roleText } from "../../file-evidence.ts";
import { defineFileFault } from "../../file-fault.ts";

export const fault = defineFileFault({
  id: "file.bad-base64",
  title: "Broken base64",
  codes: ["file.bad-base64"],
  told: {
    says: /bad base64 decode|Illegal base64|base64 decode error|illegal base64 data/i,
    certainty: "likely",
  },
  says: (_file, found) =>
    `has characters that are no base64${found?.place.line === undefined ? "" : `, in the block of line ${found.place.line}`}`,
  breaks: 'the block cannot be decoded: Go finds no PEM data, OpenSSL says "bad base64 decode"',
  fix: (path, file) => [
    {
      does: `copy the ${roleText[file.role]} to ${file.name} again from where it was made; lines that cannot be right`,
      command: `grep -nv '^[A-Za-z0-9+/=-]*$' ${path}`,
    },
  ],
  explains: [
    "file.bad-der",
    "trust.ca-file-empty",
    "trust.no-ca-configured",
    "client.none-sent",
    "client.rejected",
  ],
  cites: ["RFC 4648 section 4", "RFC 7468 section 3"],
  explain: `Between BEGIN and END there is something that base64 does not have, or its length cannot be: a mail program that broke
lines with "=", a "…" of a viewer, an editor that changed quotes.`,
});
