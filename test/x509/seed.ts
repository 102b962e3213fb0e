/** Seed of the property tests; a failing run prints it, and CERTWRIGHT_SEED repeats the run. */
export const seed = Number(process.env["CERTWRIGHT_SEED"] ?? 20_260_101);

/** Runs of each property: CERTWRIGHT_RUNS for a long night. */
export const numRuns = Number(process.env["CERTWRIGHT_RUNS"] ?? 300);
