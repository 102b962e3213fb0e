/** One thing that was looked at on the running cluster. */
export interface CheckResult {
  readonly group: "health" | "certificates" | "refusals";
  /** Stable word for scripts: "refusal.wrong-ca". */
  readonly id: string;
  /** The member it was looked at; absent for the cluster as a whole. */
  readonly member?: string;
  /** What should be so, in words: "no client certificate is refused". */
  readonly claim: string;
  /** "unknown": nobody can tell from here, and `observed` says why. */
  readonly verdict: "pass" | "fail" | "unknown";
  /** What was seen: etcd's words, an alert, a date. */
  readonly observed: string;
  /** What to do about a fault. */
  readonly remedy?: string;
}
