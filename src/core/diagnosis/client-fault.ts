import type { Case, OwnCertificate } from "./case.ts";
import type { Certainty, Detected, FixStep } from "./finding.ts";
import { locationText } from "./location.ts";
import type { Cause } from "./log/cause.ts";
import type { LogEvent } from "./log/event.ts";
import { linesTelling } from "./log/telling.ts";
import { certificateFacts, counted } from "./words.ts";

// What the faults of a client's certificate share: whether the server minds, and how a log line becomes a finding.

/** Nobody has taken our certificate so far: a server asked and did not accept, or none was reached. */
export const isMinded = ({ demand, endpoint, server }: Case): boolean => {
  if (demand !== undefined) return demand.asked && demand.acceptance.verdict !== "accepted";
  // Not reached: only its own configuration tells that it would look.
  return endpoint === undefined || server?.clientCa !== undefined;
};

/** The server asked, we showed our certificate, and it said no. */
export const isRefused = ({ demand, probes }: Case): boolean =>
  demand?.asked === true &&
  demand.acceptance.verdict === "refused" &&
  (demand.acceptance.presented || probes?.main.handshake?.presented === true);

/** What the server did, in words; empty when none was reached. */
export const reasonsOf = ({ demand }: Case): readonly string[] =>
  demand?.acceptance.verdict === "refused" ? demand.acceptance.reasons : [];

/** Number of the alert it refused us with. */
export const refusingAlert = ({ demand }: Case): number | undefined => {
  const { acceptance } = demand ?? {};
  return acceptance?.verdict === "refused" && acceptance.by.kind === "alert"
    ? acceptance.by.number
    : undefined;
};

/** What our certificate is, where it is named, and what became of it. */
export const ownFacts = (seen: Case, { certificate, file }: OwnCertificate): readonly string[] => [
  `${file.name} holds ${certificateFacts(certificate)}`,
  `it is named by ${locationText(file.named)}`,
  ...reasonsOf(seen),
];

/** What a log line comes to. */
export interface LineTold {
  readonly text: string;
  readonly certainty?: Certainty;
  readonly fix: readonly FixStep[];
}

/** A line that is about a peer of an etcd cluster and no client of it. */
export const isAboutPeer = ({ raw }: LogEvent): boolean =>
  /on peer endpoint|rafthttp|peer-cert|remote-peer/.test(raw);

/** "the client at 10.0.0.1", "the member at 10.0.0.2" */
export const whoIs = (line: LogEvent): string => {
  const word = isAboutPeer(line) ? "member" : "client";
  // A client's own log speaks of the client itself.
  if (line.remote === undefined) return line.role === "client" ? `the ${word}` : `a ${word}`;
  return `the ${word} at ${line.remote}`;
};

/**
 * A finding from log lines about the client's certificate. With a server at hand they count only when it refused us:
 * lines about other clients explain nothing.
 */
export const fromClientLog = (
  seen: Case,
  cause: Cause,
  tell: (line: LogEvent, who: string) => LineTold | undefined,
): Detected | undefined => {
  if (seen.endpoint !== undefined && !isRefused(seen)) return undefined;
  // A line that names the client helps more than one that does not.
  const lines = linesTelling(seen.log, cause, "client").toSorted(
    (a, b) => Number(a.remote === undefined) - Number(b.remote === undefined),
  );
  for (const [i, line] of lines.entries()) {
    const told = tell(line, whoIs(line));
    if (told === undefined) continue;
    const more = lines.length - i - 1;
    const program = line.program === "unknown" ? "the server" : line.program;
    return {
      text: told.text,
      subject: line.remote ?? line.file,
      // It may speak of another client than the one that was tried.
      certainty: seen.endpoint === undefined ? (told.certainty ?? "likely") : "likely",
      evidence: [
        `${line.file}:${line.line}: ${line.raw}`,
        ...(more === 0 ? [] : [`${counted(more, "further line")} of this kind`]),
        ...reasonsOf(seen),
      ],
      breaks: `${line.role === "server" ? program : "the server"} turns that ${isAboutPeer(line) ? "member" : "client"} away; its users see a hang, a reset or "context deadline exceeded"`,
      fix: told.fix,
    };
  }
  return undefined;
};
