import type { Case } from "./case.ts";
import type { Detected, FixStep } from "./finding.ts";
import { logSaying, type Wanted } from "./log/saying.ts";

/** What a fault says when a line of a log is all there is; `where` is the server it is about, as far as known. */
export type TellLine = (
  where: string,
  line: string,
) => {
  readonly text: string;
  readonly breaks: string;
  readonly fix: readonly FixStep[];
};

/** Lines that other faults know better: a webhook's call and Citadel's own words. */
const others = /calling webhook|provided root chain and cert pool/i;

/** A fault told by a log line alone, when no server was looked at. */
export const logFault = (seen: Case, wanted: Wanted, tell: TellLine): Detected | undefined => {
  const said = logSaying(seen, wanted);
  if (said === undefined || others.test(said.line.text)) return undefined;
  const known = said.where !== said.line.file;
  const told = tell(known ? said.where : "the server", said.line.text);
  return {
    ...told,
    subject: said.where,
    certainty: said.certainty,
    evidence: said.evidence,
  };
};
