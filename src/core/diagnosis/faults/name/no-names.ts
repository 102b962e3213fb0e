import { nameFault } from "../../name-fault.ts";
import { defineFault } from "../../fault.ts";

export const fault = defineFault({
  id: "name.no-names",
  title: "Certificate has no name at all",
  side: "server",
  severity: "fault",
  stage: "name",
  cites: [
    "RFC 5280 section 4.1.2.6 and 4.2.1.6",
    'crypto/x509: "certificate is not valid for any names"',
  ],
  explain: `The certificate has neither a subject alternative name nor a common name, so that it is for no server that could be
asked for. Certificates made by hand for a first try often look so; so do those for which the list of names was lost on
the way into the tool.`,
  detect: (seen) =>
    nameFault(seen, "no-names", (t) => ({
      text: `${t.certificate} has no name at all, and ${t.wantedWords} is asked for`,
      fix: [
        {
          does: `issue the server's certificate again with ${t.wantedWords} as a subject alternative name`,
        },
      ],
    })),
});
