import assert from "node:assert/strict";
import { test } from "node:test";
import { logFiles } from "./files.ts";

const since = Date.UTC(2026, 10, 23, 10);

test("what was set aside since then is read before the log itself; what is older, or another program's, is not", () => {
  const { files, compressed } = logFiles(
    "/var/log/kubernetes/audit.log",
    [
      "/var/log/kubernetes/./audit.log",
      "/var/log/kubernetes/./audit-2026-11-23T11-30-00.123.log",
      "/var/log/kubernetes/./audit-2026-11-23T10-00-00.001.log",
      "/var/log/kubernetes/./audit-2026-11-23T09-59-59.999.log",
      "/var/log/kubernetes/./audit-old.log",
      "/var/log/kubernetes/./other-2026-11-23T11-30-00.123.log",
    ],
    since,
  );
  assert.deepEqual(files, [
    "/var/log/kubernetes/audit-2026-11-23T10-00-00.001.log",
    "/var/log/kubernetes/audit-2026-11-23T11-30-00.123.log",
    "/var/log/kubernetes/audit.log",
  ]);
  assert.deepEqual(compressed, []);
});

test("what is compressed is named, for nobody looks into it", () => {
  const { compressed } = logFiles("/l/audit", ["/l/./audit-2026-11-23T11-30-00.123.gz"], since);
  assert.deepEqual(compressed, ["/l/audit-2026-11-23T11-30-00.123.gz"]);
});
