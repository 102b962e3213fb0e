import { certificateFaults } from "../../served-certificate.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import { certificatesOf, type FileEvidence } from "../../file-evidence.ts";
import { locationText } from "../../location.ts";
import { callIt, certificateFacts, namesText } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "served.not-configured-file",
  title: "Server serves another file than the one it is configured with",
  side: "server",
  severity: "fault",
  stage: "deployment",
  explains: [...certificateFaults, "served.stale"],
  cites: ["RFC 6066 section 3: one server, several certificates by name"],
  explain: `The certificate that is served is not in the file that should be served, but in another one that lies near it: the
server's configuration names that one, another server answers at the port, or another block of the configuration takes
the name.`,
  detect: (seen) => {
    const { endpoint, served, server, offline } = seen;
    const file = server?.certificate;
    const [onDisk] = certificatesOf(file);
    if (endpoint === undefined || served === undefined || offline === true) return undefined;
    if (file === undefined || onDisk === undefined) return undefined;
    const { leaf } = served;
    const holds = (one: FileEvidence): boolean =>
      certificatesOf(one)[0]?.fingerprint === leaf.fingerprint;
    if (holds(file)) return undefined;
    // A copy of what was there before the renewal: that is served.stale.
    if (namesText(onDisk) === namesText(leaf) && onDisk.notBefore > leaf.notBefore)
      return undefined;
    const other = [...seen.files, ...seen.nearby].find(
      (one) => one.path !== file.path && one.role !== "client-certificate" && holds(one),
    );
    if (other === undefined) return undefined;
    const where = endpointText(endpoint);
    return {
      text: `${where} serves the certificate ${callIt(leaf)} of ${other.name}, not the one of ${file.name}`,
      subject: where,
      certainty: "proved",
      evidence: [
        `the server sent ${certificateFacts(leaf)}, which is what ${other.name} holds`,
        `${file.name} (${locationText(file.named)}) holds ${certificateFacts(onDisk)}`,
      ],
      breaks: `what is done to ${file.name} has no effect there`,
      fix: [
        {
          does: `in the server's configuration, name ${file.name} in place of ${other.name} (or see which server answers at ${where}), and reload it; compare the two`,
          command: `certwright inspect ${shellWord(file.path ?? file.name)} ${shellWord(other.path ?? other.name)}`,
        },
      ],
    };
  },
});
