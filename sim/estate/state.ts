import type {
  Consumer,
  ConsumerId,
  Digest,
  Edge,
  Redundancy,
  Slot,
  SlotId,
} from "../../src/core/model/inventory.ts";
import type { Fingerprint, Instant, KeyId } from "../../src/core/model/certificate.ts";
import type { Stage } from "../../src/core/model/stage.ts";
import type { WallClock } from "../clock.ts";
import type { SymbolicCertificate } from "./certificate.ts";

/** What lies at a place: one file, or a certificate with its key. */
export interface SlotFile {
  /** Leaf and chain, or bundle. */
  readonly certificates: readonly SymbolicCertificate[];
  /** Beside a leaf: the key that lies there. */
  readonly key?: KeyId;
  /** Stands for the bytes, comments and line ends included. */
  readonly bytes: Digest;
  readonly mode: number;
  /** By the clock of its node. */
  readonly changedAt: Instant;
  /** Nothing is there. */
  readonly absent?: true;
}

export interface SimulatedSlot {
  readonly facts: Omit<Slot, "holds" | "serves">;
  /** When the program really looks again; `facts.reload` may be "unknown". */
  readonly reload: "handshake" | "start" | "watch";
  disk: SlotFile;
  /** What the process has read; the same as `disk` for one that looks at each handshake. */
  memory: SlotFile;
  /** Set while what a person wrote stands there: what the engine had left, and when it was replaced. */
  edited?: { readonly before: SlotFile; readonly at: number; readonly what: string };
  /** What people took back: a program that had loaded it has it until somebody restarts it. */
  takenBack?: readonly SlotFile[];
}

export interface SimulatedConsumer {
  readonly id: ConsumerId;
  readonly program: string;
  readonly node?: string;
  readonly group?: string;
  readonly redundancy?: Redundancy;
  readonly service: Consumer["service"];
  readonly slots: readonly SlotId[];
  /** In its manifest, and given to its process by its next start. */
  flags?: Readonly<Record<string, string>>;
  state: "up" | "starting" | "down";
  /** Why it is not up. */
  cause?: "us" | "itself";
  /** Monotonic moment since which it is not up. */
  since: number;
  /** Monotonic moment from which on it has caught up with its group. */
  settledAt: number;
  pid: number;
  /**
   * Monotonic moment, below zero for one that ran before. The kernel counts it from the boot, whose own wall time moves
   * when the clock is set (proc(5), btime): so does what is told of it.
   */
  startedAt: number;
  starts: number;
  /** Its kubelet starts it again, as it did not come up. */
  startsAgain?: true;
}

export interface SimulatedNode {
  readonly name: string;
  readonly clock: WallClock;
  /** Monotonic moment until which the operator's machine cannot reach it. */
  cutUntil: number;
}

export interface SimulatedGeneration {
  readonly number: number;
  readonly key: KeyId;
  readonly certificate: SymbolicCertificate;
  readonly crossSigns: { readonly by: number; readonly certificate: SymbolicCertificate }[];
  readonly mayCrossSign: boolean;
  stage: Stage;
}

export interface SimulatedGroup {
  readonly name: string;
  readonly redundancy: Redundancy;
  readonly members: readonly ConsumerId[];
  leader: ConsumerId | undefined;
}

export interface Backup {
  readonly files: ReadonlyMap<SlotId, SlotFile>;
  readonly complete: boolean;
}

/** Everything that is outside the engine. */
export interface SimulatedEstate {
  readonly lineage: string;
  serial: number;
  readonly nodes: ReadonlyMap<string, SimulatedNode>;
  readonly consumers: ReadonlyMap<ConsumerId, SimulatedConsumer>;
  readonly groups: ReadonlyMap<string, SimulatedGroup>;
  readonly slots: ReadonlyMap<SlotId, SimulatedSlot>;
  /** Slots at one place, by each of them: one file, several readers. Those that stand alone are left out. */
  readonly beside: ReadonlyMap<SlotId, readonly SlotId[]>;
  readonly edges: readonly Edge[];
  readonly issuers: ReadonlyMap<string, SimulatedGeneration[]>;
  readonly backups: Map<string, Backup>;
  /** Certificates that are no issuer's here and lie in bundles all the same. */
  readonly strangers: readonly SymbolicCertificate[];
  readonly clientsComplete: boolean;
  /** The operator's own machine. */
  readonly clock: WallClock;
  /** What a clock without fault would show. */
  readonly trueTime: () => Instant;
  readonly leaves: Map<Fingerprint, SymbolicCertificate>;
}
