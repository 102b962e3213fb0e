import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { systemNodes } from "../../src/adapters/node/system-nodes.ts";
import { componentProgram } from "../../tools/components/cache.ts";
import { leaveOut } from "../left-out.ts";
import type { Host } from "../real/hosts/host.ts";
import { canHaveHosts, startHosts, whyNoHosts } from "../real/hosts/hosts.ts";
import { aclPrograms, nodeContract, type NodeUnderTest } from "./node.ts";

const folder = mkdtempSync(join(tmpdir(), "certwright-node-"));

if (whyNoHosts() === undefined) {
  const hosts = await startHosts({ count: 2, folder: join(folder, "hosts") });
  after(async () => {
    await hosts.end();
    rmSync(folder, { recursive: true });
  });
  const { configuration, network } = hosts;
  const acl = dirname(aclPrograms()?.setfacl ?? "/");
  writeFileSync(hosts.hosts[0]!.path("/srv/root/.bashrc"), `PATH=$PATH:${acl}\n`);
  const under = (destination: string): NodeUnderTest => ({
    open: () =>
      systemNodes.open({
        name: "there",
        addresses: [],
        access: { kind: "ssh", destination, configuration, sudo: false },
      }),
    folder: () => mkdtempSync(join(folder, "case-")),
    testAddress: network.ownAddress,
    deadline: 20_000,
  });
  nodeContract("ssh", under("host-1"));
  const busybox = componentProgram("busybox", "busybox");
  if (busybox === undefined) {
    test("the contract of nodes holds with busybox's tools", (t) => {
      leaveOut(t, "busybox is not in the cache: npm run components busybox");
    });
  } else {
    const [, small] = hosts.hosts as [Host, Host];
    small.run("mkdir", "/srv/bin");
    small.run(busybox, "--install", "-s", "/srv/bin");
    // bash reads it for what sshd starts, too.
    writeFileSync(small.path("/srv/root/.bashrc"), `PATH=/srv/bin:${acl}\n`);
    nodeContract("ssh with busybox", under("host-2"));
  }
} else {
  test("the contract of nodes holds over SSH", (t) => {
    canHaveHosts(t);
  });
}
