import { defineFileFault } from "../../file-fault.ts";

export const fault = defineFileFault({
  id: "file.indented",
  title: "Indented PEM",
  codes: ["file.indented"],
  says: () => "has indented BEGIN or END lines",
  breaks: "Go and OpenSSL pass over a block whose BEGIN line does not start the line",
  fix: (path, file) => [
    {
      does: `take the blanks off the lines of ${file.name}`,
      command: `sed -i 's/^[[:space:]]*//' ${path}`,
    },
  ],
  explains: [
    "trust.ca-file-empty",
    "trust.unknown-ca",
    "trust.no-ca-configured",
    "client.none-sent",
    "client.rejected",
    "file.bad-base64",
  ],
  cites: ["RFC 7468 section 2", "Go encoding/pem: Decode"],
  explain: `Blanks or tabs stand before BEGIN. A block copied out of YAML keeps its indentation; a here-document in an indented script
does too. RFC 7468 wants the boundary at the start of its line.`,
});
