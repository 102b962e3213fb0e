import type { Happening } from "./history.ts";

const columns = { at: 10, who: 24, what: 12 } as const;

/** Events as a table of fixed width, one a line, times in virtual milliseconds. */
export const eventTable = (happenings: readonly Happening[], width = 160): string => {
  const line = (at: string, who: string, what: string, detail: string): string =>
    `${at.padStart(columns.at)}  ${clip(who, columns.who)}  ${clip(what, columns.what)}  ${detail}`
      .trimEnd()
      .slice(0, width);
  return [
    line("ms", "who", "what", "detail"),
    ...happenings.map(({ at, who, what, detail }) => line(String(at), who, what, detail)),
  ].join("\n");
};

const clip = (text: string, width: number): string => text.slice(0, width).padEnd(width);
