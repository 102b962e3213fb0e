/** Whether the table holds for the newest etcd as it does for that of the CI. */
// What is tried is decided when it is loaded.
process.env["CERTWRIGHT_COMPONENTS"] = "newest";
await import("./reload.test.ts");
