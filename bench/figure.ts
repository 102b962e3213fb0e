/** One measured rate beside a peer's in the same run. */
export interface Figure {
  readonly name: string;
  readonly ours: number;
  readonly peer: number;
  /** How many times better than the peer; see `unit` for what better is. */
  readonly ratio: number;
  readonly unit: string;
}
