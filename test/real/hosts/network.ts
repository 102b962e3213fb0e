import { execFileSync } from "node:child_process";
import { enter, hold, type Holder } from "./enter.ts";

/** A switch in a namespace of its own, with one cable to the test's machine. */
export interface Network {
  /** The test's machine. */
  readonly ownAddress: string;
  addressOf(index: number): string;
  /** Lays a cable from the switch to a host, where it is called eth0. */
  connect(host: Holder, index: number): void;
  /** The cable stays, but nothing comes through any more: packets vanish without a word. */
  cut(index: number): void;
  mend(index: number): void;
  /** Bytes that come through in a second, each way; undefined: all. */
  slow(index: number, bytesPerSecond: number | undefined): void;
  end(): Promise<void>;
}

const port = (index: number): string => `host${index}`;

export const startNetwork = async (): Promise<Network> => {
  const holder = await hold(["--net"], ["sh", new URL("switch.sh", import.meta.url).pathname]);
  try {
    const own = plugIn(holder);
    const hosts = new Map<number, Holder>();
    const inside = (...words: string[]): string => enter(holder, "network", words);
    return {
      ownAddress: `10.213.${own}.1`,
      addressOf: (index) => `10.213.${own}.${10 + index}`,
      connect(host, index) {
        hosts.set(index, host);
        const cable = ["type", "veth", "peer", "name", "eth0", "netns", String(host.pid)];
        inside("ip", "link", "add", port(index), ...cable);
        inside("ip", "link", "set", port(index), "master", "switch", "up");
        enter(host, "network", [
          "ip",
          "addr",
          "add",
          `10.213.${own}.${10 + index}/24`,
          "dev",
          "eth0",
        ]);
        enter(host, "network", ["ip", "link", "set", "eth0", "up"]);
      },
      cut: (index) => void inside("ip", "link", "set", port(index), "nomaster"),
      mend: (index) => void inside("ip", "link", "set", port(index), "master", "switch"),
      slow(index, rate) {
        limit(holder, port(index), rate);
        limit(hosts.get(index)!, "eth0", rate);
      },
      end: () => holder.end(),
    };
  } catch (error) {
    await holder.end();
    throw error;
  }
};

/** A token bucket on what leaves through this device. */
const limit = (holder: Holder, device: string, bytesPerSecond: number | undefined): void => {
  const queue = ["dev", device, "root"];
  if (bytesPerSecond === undefined) {
    enter(holder, "network", ["tc", "qdisc", "del", ...queue]);
    return;
  }
  const rate = ["rate", `${bytesPerSecond * 8}bit`, "burst", "4k", "latency", "2s"];
  enter(holder, "network", ["tc", "qdisc", "replace", ...queue, "tbf", ...rate]);
};

/**
 * A free number among 256, which becomes 10.213.NUMBER.0/24. The name of the cable's end on this machine is the claim:
 * a second one of that name is refused by the kernel. It goes when the switch's namespace goes.
 */
const plugIn = (holder: Holder): number => {
  const first = process.pid % 256;
  for (let tried = 0; tried < 256; tried += 1) {
    const number = (first + tried) % 256;
    const name = `certwright${number}`;
    try {
      const cable = ["type", "veth", "peer", "name", "uplink", "netns", String(holder.pid)];
      execFileSync("ip", ["link", "add", name, ...cable], { stdio: ["ignore", "ignore", "pipe"] });
    } catch (error) {
      if (String((error as { stderr?: unknown }).stderr).includes("File exists")) continue;
      throw error;
    }
    enter(holder, "network", ["ip", "link", "set", "uplink", "master", "switch", "up"]);
    execFileSync("ip", ["addr", "add", `10.213.${number}.1/24`, "dev", name]);
    execFileSync("ip", ["link", "set", name, "up"]);
    return number;
  }
  throw new Error("all of 10.213.0.0/16 is taken by other tests' networks: ip link");
};
