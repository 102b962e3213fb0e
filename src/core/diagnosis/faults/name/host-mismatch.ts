import { nearest } from "../../../text/nearest.ts";
import { nameFault } from "../../name-fault.ts";
import { defineFault } from "../../fault.ts";

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
  detect: (seen) =>
    nameFault(seen, "host-mismatch", (t) => {
      const names = t.names.dns.filter((name) => name !== "-");
      const close = nearest(t.wanted, names) ?? names[0];
      const instead =
        close === undefined
          ? ""
          : `reach it by a name it has: write "${close}" in place of "${t.written}" in ${t.source}, or `;
      if (t.untold === true)
        return {
          text: `${t.certificate} is not for the name expected there but for ${t.present}`,
          fix: [
            {
              does: `${names[0] === undefined ? "" : `expect a name it has, such as "${names[0]}", in ${t.source} (Envoy: match_typed_subject_alt_names and sni), or `}issue its certificate again with the name that is expected there`,
            },
          ],
        };
      return {
        text: `${t.certificate} is not for ${t.wantedWords} but for ${t.present}`,
        fix: [{ does: `${instead}issue its certificate again with the name ${t.wanted}` }],
      };
    }),
});
