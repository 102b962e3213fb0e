import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { must } from "./must.ts";

/** A machine of the control plane in the copy. */
export interface PlaneMachine {
  readonly name: string;
  /** IP addresses, all of the real one's that anybody dials. */
  readonly addresses: readonly string[];
}

/** By which nsenter(1) gets into a machine's network and name. */
export interface MachineNamespaces {
  readonly net: string;
  readonly uts: string;
}

/** Of TEST-NET-3 (RFC 5737): nobody's. From here we dial the copy. */
const own = "203.0.113.1";

/**
 * A network of its own for each machine, with the real one's addresses, all on one bridge that leads nowhere: no default
 * route, and no interface of the real machine's. `others`: addresses that are ours here, for the endpoint. To be called in
 * network and mount namespaces of our own, with which everything ends.
 */
export const layNetwork = async (
  folder: string,
  machines: readonly PlaneMachine[],
  others: readonly string[],
): Promise<ReadonlyMap<string, MachineNamespaces>> => {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await must("ip", "link", "set", "lo", "up");
  await must("ip", "link", "add", "copy", "type", "bridge");
  await must("ip", "link", "set", "copy", "up");
  const ours = [own, ...others];
  for (const address of ours) await addAddress([], address, "copy");
  const laid = new Map<string, MachineNamespaces>();
  for (const [i, { name, addresses }] of machines.entries()) {
    const of = { net: join(folder, `net-${i}`), uts: join(folder, `uts-${i}`) };
    for (const file of [of.net, of.uts]) closeSync(openSync(file, "w", 0o600));
    await must("unshare", `--net=${of.net}`, `--uts=${of.uts}`, "--", "hostname", name);
    const inside = ["nsenter", `--net=${of.net}`, "--"];
    await must("ip", "link", "add", `copy${i}`, "type", "veth", "peer", "name", "peer0");
    await must("ip", "link", "set", "peer0", "netns", of.net);
    await must("ip", "link", "set", `copy${i}`, "master", "copy", "up");
    await run([...inside, "ip", "link", "set", "lo", "up"]);
    await run([...inside, "ip", "link", "set", "peer0", "up"]);
    for (const address of addresses) {
      await addAddress(inside, address, "peer0");
      await addRoute([], address, "copy");
    }
    const strangers = machines.filter((one) => one.name !== name).flatMap((one) => one.addresses);
    for (const address of [...ours, ...strangers]) await addRoute(inside, address, "peer0");
    laid.set(name, of);
  }
  return laid;
};

const run = ([program, ...args]: readonly string[]): Promise<void> => must(program!, ...args);

const isSix = (address: string): boolean => address.includes(":");

const addAddress = (inside: readonly string[], address: string, device: string): Promise<void> =>
  run([
    ...inside,
    "ip",
    "addr",
    "add",
    isSix(address) ? `${address}/128` : `${address}/32`,
    "dev",
    device,
    // Nobody else is there who could have it already.
    ...(isSix(address) ? ["nodad"] : []),
  ]);

const addRoute = (inside: readonly string[], address: string, device: string): Promise<void> =>
  run([
    ...inside,
    "ip",
    ...(isSix(address) ? ["-6"] : []),
    "route",
    "replace",
    address,
    "dev",
    device,
  ]);
