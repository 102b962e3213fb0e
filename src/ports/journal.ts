import type { Entry } from "../core/model/journal.ts";

/** Append-only. A run's truth. */
export interface Journal {
  /** Oldest first; a torn last record is left out (core/run/verify-journal.ts says so). Throws journal.*. */
  read(): Promise<readonly Entry[]>;
  /**
   * Durable when it resolves. Throws journal.overtaken when the entry does not follow from the last one there, which
   * another process wrote. Throws journal.*, and then it may or may not be there.
   */
  append(entry: Entry): Promise<void>;
}
