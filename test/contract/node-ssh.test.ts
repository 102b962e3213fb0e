import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { systemNodes } from "../../src/adapters/node/system-nodes.ts";
import { canHaveHosts, startHosts, whyNoHosts } from "../real/hosts/hosts.ts";
import { nodeContract } from "./node.ts";

const folder = mkdtempSync(join(tmpdir(), "certwright-node-"));

if (whyNoHosts() === undefined) {
  const hosts = await startHosts({ count: 1, folder: join(folder, "hosts") });
  after(async () => {
    await hosts.end();
    rmSync(folder, { recursive: true });
  });
  const { configuration, network } = hosts;
  nodeContract("ssh", {
    open: () =>
      systemNodes.open({
        name: "there",
        addresses: [],
        access: { kind: "ssh", destination: "host-1", configuration, sudo: false },
      }),
    folder: () => mkdtempSync(join(folder, "case-")),
    testAddress: network.ownAddress,
    deadline: 20_000,
  });
} else {
  test("the contract of nodes holds over SSH", (t) => {
    canHaveHosts(t);
  });
}
