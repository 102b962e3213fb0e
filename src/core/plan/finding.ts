/** Why something cannot be planned safely. Nothing has been changed, and nothing will be. */
export interface PlanFinding {
  /** Stable word for scripts: "node-unreachable". */
  readonly rule: string;
  /** What it is about: a slot, a consumer, a node, an issuer. */
  readonly subject: string;
  /** What is so, one sentence without a full stop. */
  readonly text: string;
  /** How it is known, one fact a line. */
  readonly evidence: readonly string[];
  /** What to do, as a command where there is one. */
  readonly cure: string;
}
