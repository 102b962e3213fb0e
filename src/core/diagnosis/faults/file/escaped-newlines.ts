import { defineFileFault } from "../../file-fault.ts";

export const fault = defineFileFault({
  id: "file.escaped-newlines",
  title: "Line breaks written as \\n",
  codes: ["file.escaped-newlines"],
  says: () => "has its line breaks written as \\n",
  breaks: "it is one long line, in which no program finds a block",
  fix: (path, file) => [
    {
      does: `turn them into line breaks in ${file.name}; better take the value with jq -r`,
      command: `sed -i 's/\\\\n/\\n/g' ${path}`,
    },
  ],
  explains: [
    "trust.ca-file-empty",
    "trust.unknown-ca",
    "trust.no-ca-configured",
    "client.none-sent",
    "client.rejected",
    "file.bad-base64",
    "file.bad-der",
  ],
  cites: ["RFC 8259 section 7", "RFC 7468 section 3"],
  explain: `The text was taken out of JSON or of an environment variable without undoing its escapes: instead of line breaks there are a
backslash and an n. Vault's and Terraform's JSON output pasted by hand gives that; \`jq -r\` does not.`,
});
