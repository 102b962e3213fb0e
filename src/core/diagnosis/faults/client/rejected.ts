import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { fromClientLog, isRefused, ownFacts } from "../../client-fault.ts";
import { endpointText } from "../../endpoint.ts";
import { callIt } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "client.rejected",
  title: "Server refuses the client certificate, for a reason it does not tell",
  side: "client",
  severity: "fault",
  stage: "client-certificate",
  cites: ["RFC 8446 section 6.2", "nodejs/node: TLS servers end without an alert"],
  explain: `The server asked for a certificate, got ours and refused it, and nothing is wrong with it as far as can be told from here:
its time, its usage and its key are right. What is left only the server knows: the CA it trusts, a list of allowed names, a
revocation list, its clock. Its log has the reason; give it with \`--server-log\`.`,
  detect: (seen) => fromFile(seen) ?? fromLog(seen),
});

const fromFile = (seen: Case): Detected | undefined => {
  const { own, endpoint } = seen;
  if (endpoint === undefined || own === undefined || !isRefused(seen)) return undefined;
  const where = endpointText(endpoint);
  return {
    text: `${where} refuses the client certificate ${callIt(own.certificate)} in ${own.file.name}, and does not say why`,
    subject: where,
    certainty: "likely",
    side: "server",
    evidence: [
      ...ownFacts(seen, own),
      "its time, usage and key are right as far as can be told from here",
    ],
    breaks: `the server turns ${seen.client.who} away`,
    fix: [
      {
        does: `look for the reason in the server's log (allowed names, revocation list, its CA for clients, its clock), and give it to doctor`,
        command: `certwright doctor ${shellWord(endpoint.written)} --cert ${shellWord(own.file.name)} --server-log SERVER.log`,
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined =>
  fromClientLog(seen, "bad-certificate", (line, who) =>
    line.role === "server"
      ? {
          text: `${line.program === "unknown" ? "the server" : line.program} refuses the certificate of ${who}, and its log does not say why`,
          certainty: "possible",
          fix: [
            {
              does: "look at that certificate: its CA, its time, its extended key usage (clientAuth), and hold it against the server's CA for clients",
              command: "certwright doctor CLIENT.crt --ca CLIENT-CA.crt",
            },
          ],
        }
      : {
          text: "the server refuses the client's certificate, and its alert does not say why",
          certainty: "possible",
          fix: [
            {
              does: "look for the reason in the server's log, and give that to doctor",
              command: "certwright doctor --log SERVER.log",
            },
          ],
        },
  );
