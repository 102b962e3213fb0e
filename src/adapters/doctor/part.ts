import type { GatheredConnection, Target } from "../../core/diagnosis/case.ts";
import type { Config } from "../../core/diagnosis/config.ts";
import type { LogEvent } from "../../core/diagnosis/log/event.ts";
import type { EvidenceReader } from "./evidence.ts";
import type { DoctorOptions } from "./options.ts";

/** What a gatherer works with. */
export interface Surroundings {
  readonly evidence: EvidenceReader;
  readonly options: DoctorOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What one target comes to, before anything is probed. */
export interface Part {
  readonly kind: Target["kind"];
  readonly configs: readonly Config[];
  /** Not probed yet. */
  readonly connections: readonly GatheredConnection[];
  /** Lines of a log that was given as a target. */
  readonly log?: readonly LogEvent[];
  /** What could not be understood, in words. */
  readonly blind: readonly string[];
}
