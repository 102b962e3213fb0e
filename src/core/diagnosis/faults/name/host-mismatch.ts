import { nearest } from "../../../text/nearest.ts";
import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import { failureOf } from "../../for-whom.ts";
import { locationText } from "../../location.ts";
import { callIt, certificateFacts, namesText } from "../../words.ts";

export const fault = defineFault({
  id: "name.host-mismatch",
  title: "Certificate is for another host name",
  side: "server",
  severity: "fault",
  stage: "name",
  cites: ["RFC 6125 section 6.4", "RFC 9525 section 6", "crypto/x509: HostnameError"],
  explain: `The client reached the server by a name that its certificate does not have. Either the certificate needs
that name, or the client should use one that is there. The names are those of the subject alternative name; a name in
the subject (CN) does not count for Go.`,
  detect({ endpoint, client, served }) {
    if (endpoint === undefined || served === undefined || served.name.kind !== "dns")
      return undefined;
    const names = (served.leaf.subjectAltName ?? []).flatMap((name) =>
      name.kind === "dns" ? [name.value] : [],
    );
    const found = failureOf(served.failures, "name-mismatch");
    if (found === undefined || names.length === 0) return undefined;
    const wanted = served.name.value;
    const where = endpointText(endpoint);
    const close = nearest(wanted, names) ?? names[0]!;
    return {
      text: `the certificate ${callIt(served.leaf)} of ${where} is not for the name "${wanted}" but for ${namesText(served.leaf)}`,
      subject: where,
      certainty: "proved",
      ...(found.forWhom === undefined ? {} : { forWhom: found.forWhom }),
      evidence: [
        `${client.who} asks for "${wanted}", by ${locationText(endpoint.source)}`,
        `the server sent ${certificateFacts(served.leaf)} with the names ${namesText(served.leaf)}`,
      ],
      breaks: `${client.who} refuses the server, since anybody with a certificate of that CA could pose as it`,
      fix: [
        {
          does: `reach it by a name it has: write "${close}" in place of "${endpoint.host}" in ${locationText(endpoint.source)}, or issue its certificate again with the name ${wanted}`,
        },
      ],
    };
  },
});
