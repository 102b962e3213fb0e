import type { Reload } from "../../src/core/model/inventory.ts";

/** What a seed draws before the world is built. */
export interface Topology {
  readonly members: readonly TopologyMember[];
  readonly clients: readonly TopologyClient[];
  /** Names of issuers; one name may serve several purposes. */
  readonly issuers: { readonly peer: string; readonly server: string; readonly client: string };
  /** Issuers whose current key is not at hand or may not sign a CA. */
  readonly unableToCrossSign: readonly string[];
  /** A certificate of nobody's lies in every bundle of servers. */
  readonly stranger: boolean;
  readonly clientsComplete: boolean;
}

export interface TopologyMember {
  readonly name: string;
  /** Milliseconds that its machine's clock is ahead of true time. */
  readonly skew: number;
  /** Days that its leaves still last; below zero: expired. */
  readonly daysLeft: number;
}

export interface TopologyClient {
  readonly name: string;
  /** When it really reads its files. */
  readonly reload: "handshake" | "start";
  /** What the inventory says about it. */
  readonly told: Reload;
  readonly service: "systemd" | "none";
  /** Whether it runs on a machine of its own. */
  readonly apart: boolean;
}
