import { readFileSync } from "node:fs";
import type { Observation } from "../../core/tls/observation.ts";

/**
 * How many connections a listener of this machine has not accepted yet, when ours to it got no answer; undefined when
 * the address is another machine's, or this is no Linux. proc_pid_net(5): state 0A is LISTEN, and its rx_queue the
 * backlog of connections that nobody has accepted.
 */
export const waitingToBeAccepted = ({
  attempts,
  connection,
  port,
}: Observation): number | undefined => {
  if (connection !== undefined || !attempts.some(({ outcome }) => outcome === "filtered"))
    return undefined;
  // Only a listener here can be meant: the addresses of others are never in state LISTEN.
  const four = attempts.find(({ address }) => address.startsWith("127."));
  const six = attempts.find(({ address }) => address === "::1");
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  for (const [wanted, path] of [
    [four, "/proc/net/tcp"],
    [six ?? four, "/proc/net/tcp6"],
  ] as const) {
    if (wanted === undefined) continue;
    for (const line of textOf(path).split("\n")) {
      const [, local = "", , state, queues = ""] = line.trim().split(/\s+/);
      if (state === "0A" && local.endsWith(suffix))
        return Number.parseInt(queues.split(":")[1] ?? "0", 16);
    }
  }
  return undefined;
};

const textOf = (path: string): string => {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
};
