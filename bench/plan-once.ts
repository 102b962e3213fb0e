/** Plans one rotation of every issuer of an inventory file, once, and prints what it took as JSON: FILE PROTOCOL. */
import { readFileSync } from "node:fs";
import { digests } from "../src/adapters/crypto/node-digests.ts";
import type { Inventory } from "../src/core/model/inventory.ts";
import type { Protocol } from "../src/core/model/plan.ts";
import { planFor } from "../src/core/plan/plan-for.ts";

const [file, protocol] = process.argv.slice(2) as [string, Protocol];
const inventory = JSON.parse(readFileSync(file, "utf8")) as Inventory;

const measured = (work: () => void): { milliseconds: number; cpu: number } => {
  const start = process.hrtime.bigint();
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return {
    milliseconds: Math.round(Number(process.hrtime.bigint() - start) / 1e6),
    cpu: Math.round((user + system) / 1000),
  };
};

const planning = measured(() => {
  const issuers = inventory.issuers.map(({ name }) => name);
  const options = { now: inventory.takenAt, digests };
  const planned = planFor({ kind: "rotate", issuers, protocol }, inventory, options);
  if (!planned.ok) throw new Error(JSON.stringify(planned.findings[0]));
});
const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
const peer = measured(() => {
  JSON.parse(JSON.stringify(inventory));
}).milliseconds;
console.log(JSON.stringify({ ...planning, megabytes, peer }));
