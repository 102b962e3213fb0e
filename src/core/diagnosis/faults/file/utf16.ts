import { defineFileFault } from "../../file-fault.ts";

export const fault = defineFileFault({
  id: "file.utf16",
  title: "UTF-16 instead of ASCII",
  codes: ["file.utf16"],
  says: () => "is written in UTF-16",
  breaks: "no program finds a block in it",
  fix: (path, file) => [
    {
      does: `turn ${file.name} into ASCII`,
      command: `iconv -f UTF-16 -t US-ASCII ${path} > ${path}.new && mv ${path}.new ${path}`,
    },
  ],
  explains: [
    "trust.ca-file-empty",
    "trust.unknown-ca",
    "trust.no-ca-configured",
    "client.none-sent",
    "client.rejected",
    "file.bad-der",
    "file.bad-base64",
  ],
  cites: ["RFC 7468 section 2", "PowerShell: about_Character_Encoding"],
  explain: `Each letter has two bytes, as PowerShell's redirection \`>\` and Windows' editors write it. It looks right in an editor, and
no TLS program reads it.`,
});
