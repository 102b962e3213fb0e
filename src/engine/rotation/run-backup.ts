import type { SlotId } from "../../core/model/inventory.ts";
import type { PlacedSlot } from "./layout.ts";
import type { SlotContent } from "./read-slot.ts";

/** A file as it was. */
export interface FormerFile {
  readonly path: string;
  /** Absent: there was none. */
  readonly bytes?: Uint8Array;
  readonly mode?: number;
  /** Of a link: what it said; the bytes are those of the file that it led to. */
  readonly link?: string | undefined;
}

/** A field of an object as it was. */
export interface FormerField {
  /** The object's path in the API. */
  readonly resource: string;
  readonly value: string;
}

/** The copy of everything that one run changes. */
export interface RunBackup {
  /** Whether it is there, whole, and was restored and compared where that is possible. */
  verify(): Promise<{
    /** "unknowable": it can be read, but no etcd here could restore its snapshot. */
    readonly verdict: "holds" | "fails" | "unknowable";
    readonly evidence: string;
  }>;
  /** Twice is once. Throws. */
  create(slots: readonly SlotId[], groups: readonly string[]): Promise<void>;
  /** The slot's files, certificate first, as they were. Throws when they are not in the backup. */
  before(slot: PlacedSlot): Promise<readonly FormerFile[]>;
  /** The fields of a slot in objects, as they were. Throws as `before`. */
  beforeFields(slot: PlacedSlot): Promise<readonly FormerField[]>;
  /** Undefined when the slot's files are byte for byte those; else what differs. */
  differs(slot: PlacedSlot, found: SlotContent): Promise<string | undefined>;
}
