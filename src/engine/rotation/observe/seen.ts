import type { Proof } from "../../../core/model/claim.ts";

/** A proof without what all have alike. */
export type Seen = Pick<Proof, "verdict" | "method" | "evidence" | "observer" | "until">;

export const holds = (method: Proof["method"], evidence: string, observer?: string): Seen => ({
  verdict: "holds",
  method,
  evidence,
  ...(observer === undefined ? {} : { observer }),
});

export const fails = (method: Proof["method"], evidence: string, observer?: string): Seen => ({
  verdict: "fails",
  method,
  evidence,
  ...(observer === undefined ? {} : { observer }),
});

export const unknowable = (evidence: string, observer?: string): Seen => ({
  verdict: "unknowable",
  method: "none",
  evidence,
  ...(observer === undefined ? {} : { observer }),
});
