/** Stages of a generation in the order a rotation takes them. */
export type Stage = "staged" | "trusted" | "issuing" | "retiring" | "retired";
