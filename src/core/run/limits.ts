/** What a run waits for and how much it does at once. A simulator draws them anew for each seed. */
export interface RunLimits {
  /** Safe steps in flight at once. */
  readonly sideBySide: number;
  /** Disruptive steps in flight at once, of those that may be beside each other. */
  readonly takenAway: number;
  /** Milliseconds before a step that was refused is tried again: the first, doubled each time, up to the longest. */
  readonly firstRetry: number;
  readonly longestRetry: number;
  /** Milliseconds between two looks at the proofs of a step that was carried out: as with retries. */
  readonly firstLook: number;
  readonly longestLook: number;
  /** Milliseconds after its effect that a step has to be proved: at least so long, or a multiple of what it takes as a rule. */
  readonly shortestProving: number;
  readonly provingFactor: number;
  /** Milliseconds that a step without an effect is looked at before it is refused, to be looked at again later. */
  readonly settling: number;
  /** Milliseconds that a disruptive step whose effect may have happened is looked at before the effect is sent again. */
  readonly doubt: number;
  /** Milliseconds that a run goes on trying what is refused before it pauses. */
  readonly patience: number;
  /** Effects sent for one step before the run pauses. */
  readonly attempts: number;
  /** Milliseconds of waiting after which the operator's wishes are asked for again. */
  readonly longestSleep: number;
  /** Entries of a journal. */
  readonly entries: number;
}

export const runLimits: RunLimits = {
  // Half of OpenSSH's default for unauthenticated sessions to one server (sshd_config MaxStartups 10:30:100), so that
  // writes to slots of one node never meet a dropped connection.
  sideBySide: 5,
  // What only a restart shows has hit five nodes when the run stops, however large the cluster; --parallel changes it.
  takenAway: 5,
  // etcd elects within a second (--election-timeout 1000 ms), so asking sooner learns nothing new.
  firstRetry: 1000,
  // Half of what a person waits before looking whether a program hangs; a member that came back is seen this late at worst.
  longestRetry: 15_000,
  // A file that was renamed is read at the next handshake; 50 ms is below what a restart of etcd takes (about 300 ms).
  firstLook: 50,
  longestLook: 1000,
  // systemd.service(5): DefaultTimeoutStartSec=90s, then a member still has to catch up with its leader.
  shortestProving: 120_000,
  provingFactor: 4,
  // Nothing is under way then, so that Ctrl-C need not wait; alarms and leaders of etcd settle within an election or two.
  settling: 3000,
  // A restarted etcd answers within 3 s as a rule; one that is coming up must not be restarted once more.
  doubt: 10_000,
  // As the issue says: ten minutes cover a reboot of a machine; --wait changes it.
  patience: 600_000,
  // A unit that fails to start is given up by systemd after 5 starts (StartLimitBurst=5).
  attempts: 5,
  // How late `certwright pause` may be noticed while nothing happens.
  longestSleep: 2000,
  // 10,000 slots, for each a write and a restart and their undoing, two records each, and as many refusals again.
  entries: 200_000,
};
