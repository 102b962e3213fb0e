/** One discovery of the large fleet in a process of its own, and listing the same objects without looking at them. */
import { digests } from "../src/adapters/crypto/node-digests.ts";
import { verifySignature } from "../src/adapters/crypto/node-verify.ts";
import { httpsKubernetes } from "../src/adapters/kubernetes/https-kubernetes.ts";
import { estateText } from "../src/core/discovery/estate-text.ts";
import { discover } from "../src/engine/discovery/discover.ts";
import { fleetMachines, serveFleet } from "../test/discovery/fake-api.ts";
import { largeFleet, makeFleet } from "../test/discovery/fleet.ts";

/** Milliseconds for one call. */
const deadline = 60_000;

const fleet = makeFleet(largeFleet, 20261123);
const served = await serveFleet(fleet);
const api = await httpsKubernetes.open({ kubeconfig: served.kubeconfig, deadline });
const seconds = async (work: () => Promise<void>): Promise<number> => {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
};

let objects = 0;
const listed = await seconds(async () => {
  for (const path of fleet.lists.keys()) for await (const _ of api.list(path)) objects += 1;
});
let holders = 0;
let characters = 0;
const before = process.cpuUsage();
const discovered = await seconds(async () => {
  const found = await discover({
    api,
    nodes: fleetMachines(fleet),
    tools: { digests, verifySignature },
    now: Date.now(),
    kubeconfig: served.kubeconfig,
    ssh: { sudo: false },
    progress: () => {},
  });
  holders = found.holders.length;
  characters = estateText(found, "2026-11-23").length;
});
const { user, system } = process.cpuUsage(before);
api.close();
await served.stop();
process.stdout.write(
  `${JSON.stringify({
    objects,
    holders,
    characters,
    listed,
    discovered,
    cpu: (user + system) / 1e6,
    megabytes: Math.round(process.resourceUsage().maxRSS / 1024),
  })}\n`,
);
