/** One thing that can have happened; `holds` is asked of what was found. */
export interface CaseRule<Situation> {
  readonly id: string;
  readonly title: string;
  /** What is done, for a tired person. */
  readonly remedy: string;
  /** What a person would do first, and must not. */
  readonly not: string;
  /** Where that can be read. */
  readonly citation: string;
  /** Somebody has to do something else first; nothing is planned before. */
  readonly first?: true;
  readonly holds: (situation: Situation) => boolean;
}
