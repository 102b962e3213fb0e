import type { LoadSummary } from "../load/record.ts";
import type { Stage } from "./stage.ts";

/** What clients noticed, in three lines. */
export const tellLoad = ({ story }: Pick<Stage, "story">, summary: LoadSummary): void => {
  const { requests, failed, retried, inDoubt, longestGapMs } = summary;
  story.mark(
    failed === 0,
    `${failed} of ${count(requests)} requests failed`,
    `${retried} answered at a second try, ${inDoubt} of them in doubt before; longest gap ${(longestGapMs / 1000).toFixed(1)} s`,
  );
  const { watches } = summary;
  const missing = watches.reduce((sum, one) => sum + one.missing.length + one.outOfOrder, 0);
  const events = watches.reduce((sum, one) => sum + one.events, 0);
  const resumes = watches.reduce((sum, one) => sum + one.resumes, 0);
  story.mark(
    missing === 0,
    `${watches.length} watches missed ${missing} of ${count(events)} events`,
    `cut ${resumes} times, each went on where it was`,
  );
  const { refusals } = summary;
  story.mark(
    refusals.length === 0,
    `${refusals.length} handshakes failed for a certificate`,
    refusals[0] === undefined ? "from any client at any member" : whyRefused(refusals[0].why),
  );
};

/** The few words of OpenSSL's sentence that say it. */
const whyRefused = (why: string): string =>
  /unable to verify[^;]*|self.signed[^;.]*|alert [a-z ]+/.exec(why)?.[0] ?? why.slice(0, 60);

const count = (number: number): string => number.toLocaleString("en-GB");
