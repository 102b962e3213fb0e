import { toAsciiName } from "../../../text/punycode.ts";
import { nameFault } from "../../name-fault.ts";
import { defineFault } from "../../fault.ts";

export const fault = defineFault({
  id: "name.idn",
  title: "International name in two spellings",
  side: "server",
  severity: "fault",
  stage: "name",
  cites: [
    "RFC 5890 section 2.3.2: A-labels and U-labels",
    "RFC 5280 section 7.2",
    "RFC 9525 section 6.3",
  ],
  explain: `A host name beyond ASCII has two spellings: \`bücher.example\` for people and \`xn--bcher-kva.example\` for DNS and
certificates. One side has the first and the other the second, and verifiers compare octets. In certificates and
configurations only the second belongs.`,
  detect: (seen) =>
    nameFault(seen, "idn", (t) => ({
      text: `${t.certificate} has "${t.culprit}" and "${t.wanted}" is asked for: one international name in two spellings, which do not match`,
      fix: [
        {
          does: `write the name as DNS has it, ${toAsciiName(t.wanted)}, in ${t.source} and in the server's certificate`,
        },
      ],
    })),
});
