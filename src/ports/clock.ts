import type { Instant } from "../core/model/certificate.ts";

export interface Clock {
  now(): Instant;
}
