import { formatInstant } from "../../x509/time.ts";
import { nearest } from "../../text/nearest.ts";
import type { PlanFinding } from "../finding.ts";
import { issuingGeneration, type Survey } from "../survey.ts";
import type { Instant } from "../../model/certificate.ts";

/** Whether each of these issuers is known, has a generation that signs, and one that is still valid. */
export const checkIssuers = (
  survey: Survey,
  names: readonly string[],
  now: Instant,
): readonly PlanFinding[] => names.flatMap((name) => checkIssuer(survey, name, now));

const checkIssuer = (survey: Survey, name: string, now: Instant): readonly PlanFinding[] => {
  const issuer = survey.issuers.get(name);
  if (issuer === undefined) {
    const names = [...survey.issuers.keys()];
    const meant = nearest(name, names);
    return [
      {
        rule: "issuer-unknown",
        subject: name,
        text: `nothing in the estate is signed by an issuer ${name}`,
        evidence: [`the estate's issuers: ${names.join(", ")}`],
        cure:
          meant === undefined
            ? `certwright ca list shows all issuers; the keys of ServiceAccount tokens have to be taken into the PKI first: certwright ca adopt ${name}`
            : `did you mean ${meant}?`,
      },
    ];
  }
  const current = issuingGeneration(issuer);
  if (current === undefined) {
    return [
      {
        rule: "issuer-idle",
        subject: name,
        text: `no generation of ${name} signs`,
        evidence: issuer.generations.map(({ number, stage }) => `generation ${number}: ${stage}`),
        cure: `let one sign: certwright ca generation ${name} --number N --stage issuing`,
      },
    ];
  }
  if (current.notAfter > now) return [];
  return [
    {
      rule: "ca-expired",
      subject: name,
      text: `generation ${current.number} of ${name} has expired: nothing that it signed is accepted any more, so there is nothing to keep running`,
      evidence: [`valid until ${formatInstant(current.notAfter)}`],
      cure: `replace it at once, with an outage: certwright plan replace-key ${name}`,
    },
  ];
};
