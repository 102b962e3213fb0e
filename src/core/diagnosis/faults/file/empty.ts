import { roleText } from "../../file-evidence.ts";
import { defineFileFault } from "../../file-fault.ts";

export const fault = defineFileFault({
  id: "file.empty",
  title: "File is empty",
  codes: ["file.empty"],
  says: () => "is empty",
  breaks:
    "there is no certificate or key in it; Node and Go take an empty CA file without a word, and then trust nobody",
  fix: (path, file) => [
    {
      does: `copy the ${roleText[file.role]} to ${file.name} again; see when it became empty`,
      command: `ls -la ${path}`,
    },
  ],
  explains: [
    "trust.ca-file-empty",
    "trust.unknown-ca",
    "trust.no-ca-configured",
    "client.none-sent",
    "client.rejected",
  ],
  cites: [
    "Go crypto/x509: CertPool.AppendCertsFromPEM",
    "Node: tls.createSecureContext takes an empty ca",
  ],
  explain: `The file has no bytes, or blanks only. An interrupted copy, a full disk, or a shell redirection whose command failed
leave it so. As a CA file it is taken silently by Node and Go: every server is then "signed by unknown authority".`,
});
