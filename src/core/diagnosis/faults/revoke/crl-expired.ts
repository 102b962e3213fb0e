import { formatName } from "../../../x509/names.ts";
import { formatInstant } from "../../../x509/time.ts";
import { crlsOf } from "../../crl-evidence.ts";
import { defineFault } from "../../fault.ts";
import { locationText } from "../../location.ts";
import { logFault } from "../../log-fault.ts";
import { momentText } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "revoke.crl-expired",
  title: "Revocation list is out of date",
  side: "server",
  severity: "fault",
  stage: "revocation",
  explains: ["client.rejected"],
  cites: ["RFC 5280 section 5.1.2.5: nextUpdate", "X509_V_ERR_CRL_HAS_EXPIRED (12)"],
  explain: `The list was to be replaced by a certain date, and that has passed. OpenSSL programs (nginx, HAProxy, Node) then refuse
every certificate of that CA, good ones too, for they cannot know; etcd reads an old list without a word, and misses what
was revoked since. Lists are made by a job: see why it does not run.`,
  detect: (seen) => {
    for (const { file, list } of crlsOf(seen)) {
      const { thisUpdate, nextUpdate = Infinity } = list;
      const isFuture = thisUpdate > seen.now;
      if (nextUpdate >= seen.now && !isFuture) continue;
      return {
        text: `the revocation list ${file.name} of "${formatName(list.issuer)}" ${isFuture ? `is not in force before ${momentText(thisUpdate, seen.now)}` : `was to be replaced ${momentText(nextUpdate, seen.now)}`}`,
        subject: file.name,
        certainty: "proved",
        evidence: [
          `${file.name} (${locationText(file.named)}) is of ${formatInstant(thisUpdate)}${nextUpdate === Infinity ? "" : `, next update ${formatInstant(nextUpdate)}`}`,
        ],
        breaks:
          "OpenSSL programs refuse every certificate of that CA; etcd goes on with the old list",
        forWhom: "OpenSSL programs (nginx, HAProxy, Node); Go programs do not look at the date",
        fix: [
          {
            does: `have "${formatName(list.issuer)}" make a new list, put it in the place of ${file.name}, and see to it that this happens before each next update; look at the old one`,
            command: `certwright inspect ${shellWord(file.path ?? file.name)}`,
          },
        ],
      };
    }
    return logFault(
      seen,
      { says: /\(12:|CRL has expired|CRL_HAS_EXPIRED|\(11:CRL|CRL is not yet valid/i },
      (where) => ({
        text: `the revocation list that was used for ${where} is out of date`,
        breaks: "every certificate of that CA is refused, good ones too",
        fix: [
          {
            does: "have the CA make a new list, put it where the program reads it (nginx: ssl_crl), and reload; look at the old one",
            command: "certwright inspect CA.crl",
          },
        ],
      }),
    );
  },
});
