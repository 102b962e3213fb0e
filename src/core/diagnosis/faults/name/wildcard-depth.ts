import { nameFault } from "../../name-fault.ts";
import { defineFault } from "../../fault.ts";

export const fault = defineFault({
  id: "name.wildcard-depth",
  title: "Wildcard stands for one label only",
  side: "server",
  severity: "fault",
  stage: "name",
  cites: ["RFC 9525 section 6.3", "RFC 6125 section 6.4.3"],
  explain: `A wildcard takes the place of exactly one label: \`*.example.com\` is for \`a.example.com\`, not for
\`a.b.example.com\`, and a second star (\`*.*.example.com\`) is for nothing. Every verifier holds to that.`,
  detect: (seen) =>
    nameFault(seen, "wildcard-depth", (t) => ({
      text: `${t.certificate} has the wildcard ${t.culprit}, which stands for one label and so not for "${t.wanted}"`,
      fix: [
        {
          does: `issue the server's certificate again with the name ${t.wanted} beside ${t.culprit}, or reach the server by a name that ${t.culprit} is for, changed in ${t.source}`,
        },
      ],
    })),
});
