/** Who may change an estate: one process at a time. */
export interface Lease {
  /** Throws lease.held with who holds it, since when and for which run. */
  acquire(run: string, holder: string): Promise<HeldLease>;
}

export interface HeldLease {
  /** Higher than that of every holder before. */
  readonly epoch: number;
  /** Whether it is still ours; asked before each effect. */
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
}
