/** What kubernetes.cluster.test.ts does with the version of the CI, with the newest one there is. */
// The cluster's modules ask for the programs when they are loaded.
process.env["CERTWRIGHT_COMPONENTS"] = "newest";
await import("./kubernetes.cluster.test.ts");
