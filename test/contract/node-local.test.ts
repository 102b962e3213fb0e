import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after } from "node:test";
import { systemNodes } from "../../src/adapters/node/system-nodes.ts";
import { aclPrograms, nodeContract } from "./node.ts";

const folder = mkdtempSync(join(tmpdir(), "certwright-node-"));
after(() => rmSync(folder, { recursive: true }));

// Where the system has none, the component's.
process.env["PATH"] += `:${dirname(aclPrograms()?.setfacl ?? "/")}`;

nodeContract("local", {
  open: () => systemNodes.open({ name: "here", addresses: [], access: { kind: "local" } }),
  folder: () => mkdtempSync(join(folder, "case-")),
  testAddress: "127.0.0.1",
  deadline: 20_000,
});
