import type { Case } from "./case.ts";
import type { FaultId } from "./fault-id.ts";
import type { Detected, Side } from "./finding.ts";
import type { Stage } from "./stage.ts";

/** A fault as data, with the function that recognises it. One file each; the index is generated. */
export interface Fault {
  readonly id: FaultId;
  /** A few words, as a heading: "Client certificate expired". */
  readonly title: string;
  /** Who must usually change something. */
  readonly side: Side;
  /** "fault": it does not work. "warning": some do not accept it. "info": worth knowing, never the verdict. */
  readonly severity: "fault" | "warning" | "info";
  readonly stage: Stage;
  /** Less specific faults that this one is the reason of: found together, they are not reported. */
  readonly explains?: readonly FaultId[];
  /** RFC section, source file of a program, issue number. */
  readonly cites: readonly string[];
  /** Prose for its page and `certwright explain`: how it comes about, how it shows, how to avoid it. Markdown. */
  readonly explain: string;
  /** Looks at one case; says nothing when this is not its fault. Pure, and never throws. */
  detect(seen: Case): Detected | undefined;
}

export const defineFault = (fault: Fault): Fault => fault;
