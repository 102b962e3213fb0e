import { formatName } from "../../../x509/names.ts";
import { agoText } from "../../../x509/path/duration.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import { certificatesOf } from "../../file-evidence.ts";
import { callIt, certificateFacts } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "time.served-stale",
  title: "Renewed, but the old certificate is still served",
  side: "server",
  severity: "fault",
  stage: "deployment",
  explains: ["time.leaf-expired"],
  cites: [
    "etcd: certificates are read anew at each handshake; nginx, HAProxy and kube-apiserver's CA files are not",
  ],
  explain: `The served certificate has expired, and a newer one for the same name, by the same CA, lies beside the files that were
given. Somebody (or cert-manager) renewed it, and the server was not told.

When the file is known that the server is configured with, the same situation is called served.stale.`,
  detect: (seen) => {
    const { endpoint, served, now, server } = seen;
    if (endpoint === undefined || served === undefined || seen.offline === true) return undefined;
    // The configured file is known: served.stale compares with it.
    if (server?.certificate !== undefined || served.leaf.notAfter >= now) return undefined;
    for (const file of [...seen.nearby, ...seen.files]) {
      const [newer] = certificatesOf(file);
      if (newer === undefined || newer.notAfter <= now || newer.notBefore > now) continue;
      if (formatName(newer.subject) !== formatName(served.leaf.subject)) continue;
      if (formatName(newer.issuer) !== formatName(served.leaf.issuer)) continue;
      const where = endpointText(endpoint);
      return {
        text: `${where} still serves a certificate that expired ${agoText(served.leaf.notAfter, now)}, though ${callIt(newer)} was renewed: the new one lies in ${file.name}`,
        subject: where,
        certainty: "likely",
        evidence: [
          `the server sent ${certificateFacts(served.leaf)}`,
          `${file.name} holds ${certificateFacts(newer)}`,
        ],
        breaks: "every client refuses the old certificate",
        fix: [
          {
            does: `make sure that the server at ${where} is configured with ${file.name}, and restart or reload it; then see what it serves`,
            command: `certwright inspect ${shellWord(where)}`,
          },
        ],
      };
    }
    return undefined;
  },
});
