import { nameFault } from "../../name-fault.ts";
import { defineFault } from "../../fault.ts";

export const fault = defineFault({
  id: "name.wildcard-apex",
  title: "Wildcard does not stand for the domain itself",
  side: "server",
  severity: "fault",
  stage: "name",
  cites: ["RFC 9525 section 6.3", "RFC 6125 section 6.4.3"],
  explain: `\`*.example.com\` is for every name with one label more, and not for \`example.com\` itself. Certificates that are to
serve both need both names.`,
  detect: (seen) =>
    nameFault(seen, "wildcard-apex", (t) => ({
      text: `${t.certificate} has the wildcard ${t.culprit}, which is for names below "${t.wanted}" and not for that name itself`,
      fix: [
        {
          does: `issue the server's certificate again with the name ${t.wanted} beside ${t.culprit}`,
        },
      ],
    })),
});
