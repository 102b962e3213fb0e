import { endpointText } from "../../endpoint.ts";
import { defineFault } from "../../fault.ts";
import { locationText } from "../../location.ts";
import { presentedBy } from "../../presented-names.ts";
import { callIt } from "../../words.ts";

export const fault = defineFault({
  id: "name.underscore",
  title: "Host name with an underscore",
  side: "server",
  severity: "warning",
  stage: "name",
  cites: ["RFC 1123 section 2.1", "RFC 5280 section 4.2.1.6: preferred name syntax"],
  explain: `Host names have letters, digits and hyphens. Go, OpenSSL and curl let an underscore pass, as Docker Compose
and others make such names; stricter verifiers (web PKI, Java's URI class, some of rustls) refuse the name or the whole
certificate. It works until another client comes.`,
  detect({ endpoint, client, served }) {
    if (endpoint === undefined || served === undefined || client.insecure) return undefined;
    const asked = served.name.value;
    if (served.name.kind !== "dns" || !asked.includes("_")) return undefined;
    const { dns } = presentedBy(served.leaf);
    if (!dns.some((name) => name.toLowerCase() === asked.toLowerCase())) return undefined;
    return {
      text: `the certificate ${callIt(served.leaf)} of ${endpointText(endpoint)} is for "${asked}", and an underscore is allowed in no host name`,
      subject: endpointText(endpoint),
      certainty: "proved",
      forWhom:
        "strict verifiers (web PKI, some Java and rustls programs); Go and OpenSSL accept it",
      evidence: [
        `DNS names of the certificate: ${dns.join(", ")}`,
        `"${endpoint.written}" is written in ${locationText(endpoint.source)}`,
      ],
      breaks: "clients that hold to RFC 1123 refuse the name",
      fix: [
        {
          does: `give the host a name with a hyphen, ${asked.replaceAll("_", "-")}, in DNS, in the server's certificate and in ${locationText(endpoint.source)}`,
        },
      ],
    };
  },
});
