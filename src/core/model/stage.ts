/** Stages of a generation in the order a rotation takes them. */
export const stages = ["staged", "trusted", "issuing", "retiring", "retired"] as const;
export type Stage = (typeof stages)[number];
