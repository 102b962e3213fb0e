import { equalBytes } from "../../../bytes/compare.ts";
import { formatName } from "../../../x509/names.ts";
import { formatInstant } from "../../../x509/time.ts";
import { crlsOf, authoritiesFor } from "../../crl-evidence.ts";
import { defineFault } from "../../fault.ts";
import { locationText } from "../../location.ts";
import { logFault } from "../../log-fault.ts";
import { subjectsText, colonHex } from "../../words.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "revoke.crl-wrong-issuer",
  title: "Revocation list is of another CA",
  side: "server",
  severity: "fault",
  stage: "revocation",
  explains: ["client.rejected", "revoke.crl-expired"],
  cites: [
    "RFC 5280 section 6.3.3 (b)",
    "X509_V_ERR_UNABLE_TO_GET_CRL (3)",
    "X509_V_ERR_CRL_SIGNATURE_FAILURE (8)",
  ],
  explain: `A revocation list was given, and it is not by the CA that issued the certificates: another CA's, or one of the same
name and another key, from before it was made anew. OpenSSL programs then find no list for the CA and refuse everything
("unable to get certificate CRL"); others pass over it, and nothing is ever revoked.`,
  detect: (seen) => {
    const authorities = authoritiesFor(seen);
    if (authorities.length > 0) {
      for (const { file, list } of crlsOf(seen)) {
        const named = authorities.filter(({ subject }) => equalBytes(subject.der, list.issuer.der));
        const { authorityKeyIdentifier: aki } = list;
        const fits = named.some(
          ({ subjectKeyIdentifier: ski }) =>
            aki === undefined || ski === undefined || equalBytes(aki, ski),
        );
        const unsigned = [
          ...(seen.served?.failures.go ?? []),
          ...(seen.own?.failures.go ?? []),
          ...(seen.fileChains ?? []).flatMap(({ failures }) => failures.go),
        ].some(({ code, message }) => code === "crl-unusable" && message.includes("not signed"));
        if (fits && !unsigned) continue;
        const issuer = formatName(list.issuer);
        return {
          text: `the revocation list ${file.name} is by ${named.length === 0 ? `"${issuer}", which issued none of these certificates` : `another key of "${issuer}" than the CA's here`}`,
          subject: file.name,
          certainty: "proved",
          evidence: [
            `${file.name} (${locationText(file.named)}) is by "${issuer}"${aki === undefined ? "" : `, key ${colonHex(aki)}`}, of ${formatInstant(list.thisUpdate)}`,
            `the CAs here are ${subjectsText(authorities)}`,
          ],
          breaks:
            "OpenSSL programs refuse every certificate (no list for their CA); others miss what is revoked",
          fix: [
            {
              does: `put the list of ${subjectsText(authorities)} in the place of ${file.name} in ${locationText(file.named)}; look at what it is`,
              command: `certwright inspect ${shellWord(file.path ?? file.name)}`,
            },
          ],
        };
      }
    }
    return logFault(
      seen,
      {
        says: /unable to get certificate CRL|CRL signature failure|UNABLE_TO_GET_CRL|different CRL scope|\((?:3|8|44):/i,
      },
      (where) => ({
        text: `the revocation list that was used for ${where} is not by the CA that issued the certificate`,
        breaks: "every certificate of that CA is refused",
        fix: [
          {
            does: "give the program a list of each CA in the chain (nginx: ssl_crl), and reload; look at the one it has",
            command: "certwright inspect CA.crl",
          },
        ],
      }),
    );
  },
});
