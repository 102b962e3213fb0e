import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { fromClientLog, isMinded, isRefused, ownFacts, refusingAlert } from "../../client-fault.ts";
import { failureOf } from "../../for-whom.ts";
import { locationText } from "../../location.ts";
import { callIt } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "client.revoked",
  title: "Client certificate is revoked",
  side: "client",
  severity: "fault",
  stage: "client-certificate",
  explains: ["client.rejected"],
  cites: [
    "RFC 5280 section 5",
    "etcd --client-crl-file: transport: certificate serial \u2026 revoked",
    "RFC 8446 section 6.2: certificate_revoked (44)",
  ],
  explain: `The certificate stands in a revocation list of its CA, and the server looks there. etcd with \`--client-crl-file\` completes
the handshake, sends a session ticket and then closes in order: no alert tells why. Go servers send bad_certificate (42),
OpenSSL's certificate_revoked (44).`,
  detect: (seen) => fromFile(seen) ?? fromLog(seen),
});

const fromFile = (seen: Case): Detected | undefined => {
  const { own, client, endpoint, demand } = seen;
  if (own === undefined || !isMinded(seen)) return undefined;
  const found = failureOf(own.failures, "revoked");
  const said = refusingAlert(seen) === 44;
  // Only etcd's CRL check ends a finished handshake with close_notify and no alert.
  const closed =
    (endpoint?.program === "etcd" || endpoint?.program === "unknown") &&
    (seen.probes?.main.handshake?.flight.tickets ?? 0) > 0 &&
    demand?.acceptance.verdict === "refused" &&
    demand.acceptance.by.kind === "end" &&
    demand.acceptance.by.closeNotify &&
    isRefused(seen) &&
    own.failures.go.length === 0 &&
    own.listed !== false;
  if (found === undefined && !said && !closed) return undefined;
  const { certificate, file } = own;
  return {
    text: `the client certificate ${callIt(certificate)} in ${file.name} (serial ${certificate.serial}) is revoked`,
    subject: file.name,
    certainty: found === undefined && !said ? "likely" : "proved",
    evidence: [
      ...ownFacts(seen, own),
      ...(found === undefined ? [] : [found.failure.message]),
      ...seen.files
        .filter(({ role, material }) => role === "crl" && material.revocationLists.length > 0)
        .map(({ name }) => `looked up in ${name}`),
    ],
    breaks: `servers that look at the revocation list turn ${client.who} away`,
    fix: [
      {
        does: `have a new certificate for ${callIt(certificate)} issued, and put it in the place of ${file.name} (${locationText(file.named)}); find out first why serial ${certificate.serial} was revoked`,
        command: `certwright inspect ${shellWord(file.name)}`,
      },
    ],
  };
};

const fromLog = (seen: Case): Detected | undefined =>
  fromClientLog(seen, "revoked", (line, who) => {
    const serial = /serial (\S+) revoked/.exec(line.text)?.[1];
    const which = serial === undefined ? "" : ` (serial ${serial})`;
    return {
      text: `${who} shows a certificate that is revoked${which}`,
      certainty: "proved",
      fix: [
        {
          does: `give ${who} a new certificate in place of the revoked one${which}; there, find it by its serial`,
          command: "certwright inspect CLIENT.crt",
        },
      ],
    };
  });
