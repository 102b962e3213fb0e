import type { Certificate } from "../../../model/certificate.ts";
import { formatInstant } from "../../../x509/time.ts";
import { defineFault } from "../../fault.ts";
import { judgedChains } from "../../judged-chain.ts";

export const fault = defineFault({
  id: "time.clock-skew",
  title: "Clock is wrong",
  side: "clock",
  severity: "fault",
  stage: "time",
  explains: [
    "time.leaf-expired",
    "time.leaf-not-yet-valid",
    "time.intermediate-expired",
    "time.root-expired",
    "client.expired",
    "client.not-yet-valid",
  ],
  cites: ["RFC 9110 section 6.6.1: Date", "RFC 5280 section 4.1.2.5"],
  explain: `Two clocks disagree, and that decides whether the certificates are valid. The sure signs: the server's own Date header
is minutes away from our clock, and by that date all would be well; or our clock lies before the start of every
certificate there is, the CA's included, which is what a machine without a battery or time service thinks after a start.

No certificate has to change. Certificates that were issued by the wrong clock do.`,
  detect: (seen) => {
    const [judged] = judgedChains(seen);
    if (judged === undefined) return undefined;
    const { now, clock } = seen;
    const all = [...judged.chain, ...judged.anchors];
    const isValid = ({ notBefore, notAfter }: Certificate, at: number): boolean =>
      notBefore <= at && at <= notAfter;
    const wrong = judged.chain.filter((one) => !isValid(one, now));
    if (wrong.length === 0) return undefined;
    const facts = `our clock says ${formatInstant(now)}`;
    const common = {
      subject: "clock",
      evidence: [...judged.evidence, facts],
      breaks: "certificates that are good count as expired or not yet valid",
    };
    const { server } = clock;
    if (server !== undefined && Math.abs(server.skew) > tolerance) {
      const good = wrong.every((one) => isValid(one, server.date));
      if (!good) return undefined;
      const ahead = server.skew > 0;
      return {
        ...common,
        text: `the clocks disagree: this machine's is ${durationText(Math.abs(server.skew))} ${ahead ? "ahead of" : "behind"} that of ${judged.holder}, and only by the server's time is ${judged.what} valid`,
        certainty: "proved",
        evidence: [...common.evidence, `the server's Date says ${formatInstant(server.date)}`],
        fix: [
          {
            does: `set the clock of whichever of this machine and ${judged.holder} is wrong; see how this one is kept`,
            command: "chronyc tracking",
          },
        ],
      };
    }
    if (
      judged.anchors.length === 0 ||
      all.length < 2 ||
      !all.every(({ notBefore }) => now < notBefore)
    )
      return undefined;
    const first = Math.min(...all.map(({ notBefore }) => notBefore));
    return {
      ...common,
      text: `our clock (${formatInstant(now)}) lies before the start of every certificate here, the CA's too: the first begins ${formatInstant(first)}`,
      certainty: "likely",
      fix: [{ does: "set this machine's clock; see how it is kept", command: "chronyc tracking" }],
    };
  },
});

/** Milliseconds: a handshake, a slow answer and whole seconds in the header stay below it. */
const tolerance = 60_000;

const durationText = (milliseconds: number): string => {
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes < 120) return `${minutes} minutes`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} hours` : `${Math.round(hours / 24)} days`;
};
