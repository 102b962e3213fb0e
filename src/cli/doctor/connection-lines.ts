import type { ConnectionMade } from "../../core/diagnosis/connection-made.ts";

/** The connections of a run, one a line, those of an endpoint together. */
export const connectionLines = (made: readonly ConnectionMade[]): readonly string[] =>
  made
    .toSorted((one, other) => one.endpoint.localeCompare(other.endpoint))
    .map(
      ({ endpoint, purpose, ended, milliseconds }) =>
        `${endpoint}: ${purpose}: ${ended} (${milliseconds} ms)`,
    );
