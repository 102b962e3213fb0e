import type { Certificate } from "../../../model/certificate.ts";
import { formatName } from "../../../x509/names.ts";
import { agoText } from "../../../x509/path/duration.ts";
import { formatInstant } from "../../../x509/time.ts";
import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import { judgedChains, fileWith, lookAt } from "../../judged-chain.ts";
import { callIt, certificateFacts } from "../../words.ts";

export const fault = defineFault({
  id: "time.soon",
  title: "Certificate expires soon",
  side: "server",
  severity: "warning",
  stage: "advice",
  cites: [
    "RFC 5280 section 4.1.2.5",
    "cert-manager: renewBefore, a third of the lifetime by default",
  ],
  explain: `Everything works, and one of the certificates that take part ends within a week. Certificates that live for two days or
less are renewed by a program as a rule; of these only the last fifth of their time is worth a word.

Renew it and make the server or client read it, while there is time to look at what goes wrong.`,
  detect: (seen) => {
    if (seen.client.insecure) return undefined;
    const parts = [
      ...judgedChains(seen).flatMap(({ chain, holder }) =>
        chain.map((certificate) => ({ certificate, holder })),
      ),
      ...(seen.own === undefined
        ? []
        : [{ certificate: seen.own.certificate, holder: seen.own.file.name }]),
      ...rootOf(seen),
    ];
    const soon = parts
      .filter(({ certificate }) => endsSoon(certificate, seen.now))
      .toSorted((a, b) => a.certificate.notAfter - b.certificate.notAfter)[0];
    if (soon === undefined) return undefined;
    const { certificate, holder } = soon;
    const file = fileWith(seen, certificate);
    return {
      text: `the certificate ${callIt(certificate)} of ${holder} works today, and expires ${agoText(certificate.notAfter, seen.now)}`,
      subject: holder,
      certainty: "proved",
      evidence: [certificateFacts(certificate)],
      breaks: `nothing yet; after ${formatInstant(certificate.notAfter)} whoever checks it refuses`,
      fix: [
        lookAt(
          `renew "${formatName(certificate.subject)}" in ${file?.name ?? holder} and have it read; look at what there is`,
          file,
          holder,
        ),
      ],
    };
  },
});

const day = 86_400_000;

const endsSoon = ({ notBefore, notAfter }: Certificate, now: number): boolean => {
  const left = notAfter - now;
  const life = notAfter - notBefore;
  if (left < 0 || now < notBefore) return false;
  return life <= 2 * day ? left < life / 5 : left < 7 * day && left < life * 0.75;
};

/** The CA at the end of the chain; others in the client's file may come and go. */
const rootOf = ({ served, client, verify }: Case) => {
  if (served === undefined || client.ca === undefined) return [];
  const result = verify({ leaf: served.leaf, intermediates: served.chain.slice(1) });
  const root = result.ok ? result.chain.at(-1) : undefined;
  return root === undefined ? [] : [{ certificate: root, holder: client.ca.name }];
};
