import { formatName } from "../../../x509/names.ts";
import { agoText } from "../../../x509/path/duration.ts";
import { defineFault } from "../../fault.ts";
import { certificatesOf } from "../../file-evidence.ts";
import { chainFault, namesItself, partOf, lookAt } from "../../judged-chain.ts";

export const fault = defineFault({
  id: "trust.expired-cross-sign",
  title: "Chain ends in an expired cross-signed CA",
  side: "server",
  severity: "fault",
  stage: "time",
  explains: ["time.intermediate-expired"],
  cites: ["RFC 4158 section 2.1", "Let's Encrypt: DST Root CA X3 ended 2021-09-30"],
  explain: `A root has, besides its own self-signed certificate, one that an older root issued for the same key, so that clients
which knew only the older one would take it. That certificate has expired. Clients that have the newer root never need
it; those that still have only the older one end there.`,
  detect: (seen) =>
    chainFault(
      seen,
      "expired",
      (failure, { anchors, chain }) => {
        const { blame } = failure;
        if (partOf(seen, failure) !== "intermediate") return false;
        const everything = [
          ...anchors,
          ...chain,
          ...[...seen.files, ...seen.nearby].flatMap(certificatesOf),
        ];
        const twin = everything.some(
          (one) => namesItself(one) && one.publicKey.id === blame.publicKey.id,
        );
        return twin || /\broot\b|cross/i.test(formatName(blame.subject));
      },
      ({ what, culprit, blame, trust, holder }) => ({
        text: `the chain of ${what} ends in ${culprit} as cross-signed by "${formatName(blame.issuer)}", and that certificate expired ${agoText(blame.notAfter, seen.now)}`,
        breaks: "clients that have only the older root refuse the server",
        fix: [
          lookAt(
            `add the self-signed root "${formatName(blame.subject)}" to ${trust?.name ?? "the CA file of the clients"}, and take the expired cross-signed one out of the chain that ${holder} serves; look at the CA file`,
            trust,
            holder,
          ),
        ],
      }),
    ),
});
