/** Whether the tables hold for the newest programs as they do for those of the CI. */
// What is tried is decided when these are loaded.
process.env["CERTWRIGHT_COMPONENTS"] = "newest";
await import("./reload.test.ts");
await import("./kubernetes.slow.test.ts");
await import("./kubelet.cluster.test.ts");
