import type { LogEvent } from "./event.ts";

/** What a parser makes out of one line; the reader adds line, file, raw text and cause. */
export type ParsedLine = Pick<LogEvent, "program" | "role" | "text"> &
  Partial<Pick<LogEvent, "at" | "remote" | "remotePort" | "servername" | "extras">>;

/** Reads one line of one program's format; undefined when it is another's. Never throws, and is linear in the line. */
export type LogParser = (line: string) => ParsedLine | undefined;

/** "10.0.0.1:54608" or "[::1]:54608" as address and port. */
export const remoteOf = (text: string): Pick<ParsedLine, "remote" | "remotePort"> => {
  const parts = /^\[?([0-9a-fA-F:.]+?)\]?:(\d{1,5})$/.exec(text);
  return parts === null ? {} : { remote: parts[1]!, remotePort: Number(parts[2]) };
};
