import type { Case } from "./case.ts";
import type { Detected, FixStep } from "./finding.ts";
import type { Cause } from "./log/cause.ts";
import type { LogEvent } from "./log/event.ts";
import { linesTelling } from "./log/telling.ts";
import { counted } from "./words.ts";

/** What a log line about a server's certificate comes to. */
export interface ServerLineTold {
  readonly text: string;
  readonly fix: readonly FixStep[];
}

/**
 * A finding from a client's log line about a server's certificate; only when no server can be looked at.
 * `whose` tells whose log it is and whom it dials, as far as the line has it.
 */
export const fromServerLog = (
  seen: Case,
  cause: Cause,
  tell: (line: LogEvent, dialler: string, dialled: string) => ServerLineTold | undefined,
): Detected | undefined => {
  if (seen.endpoint !== undefined) return undefined;
  const lines = linesTelling(seen.log, cause, "server");
  for (const [i, line] of lines.entries()) {
    const dialler = line.program === "unknown" ? "a client" : line.program;
    const dialled = dialledIn(line);
    const told = tell(line, dialler, dialled ?? "the server");
    if (told === undefined) continue;
    const more = lines.length - i - 1;
    return {
      ...told,
      subject: dialled ?? line.remote ?? line.file,
      certainty: "likely",
      evidence: [
        `${line.file}:${line.line}: ${line.raw}`,
        ...(more === 0 ? [] : [`${counted(more, "further line")} of this kind`]),
      ],
      breaks: `${dialler} refuses ${dialled ?? "the server"}`,
    };
  }
  return undefined;
};

/** `Post "https://hook.prod.svc:443/…"`, `Addr: "10.0.0.1:2379"`, `dial tcp 10.0.0.1:2379` */
const dialledIn = ({ raw }: LogEvent): string | undefined =>
  /\bhttps:\/\/([^/\s"\\]+)/.exec(raw)?.[1] ??
  /Addr: \\?"([^"\\]+)/.exec(raw)?.[1] ??
  /\b(?:dial tcp|connecting to|connect to) (\S+:\d{1,5})\b/.exec(raw)?.[1];
