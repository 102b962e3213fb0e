import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { hold, type Holder } from "../hosts/enter.ts";
import type { Network } from "../hosts/network.ts";
import { inComponent } from "./programs.ts";
import type { NodePlan } from "./node.ts";

export const apiPort = 6443;

/** A machine on the network that passes connections on to the API servers that say they are ready. */
export const startBalancer = async (options: {
  readonly index: number;
  readonly masters: readonly NodePlan[];
  readonly network: Network;
  readonly folder: string;
}): Promise<Holder> => {
  const file = join(options.folder, "haproxy.cfg");
  writeFileSync(file, configuration(options.masters));
  const command = [
    join(import.meta.dirname, "balancer.sh"),
    inComponent("haproxy", "haproxy"),
    file,
  ];
  const holder = await hold(["--net", "--pid", "--mount", "--mount-proc"], command);
  try {
    options.network.connect(holder, options.index);
  } catch (error) {
    await holder.end();
    throw error;
  }
  return holder;
};

/** Passes TLS through. /readyz is for everybody (system:public-info-viewer), and 500 while a server shuts down. */
const configuration = (masters: readonly NodePlan[]): string => `global
  maxconn 4000
defaults
  mode tcp
  timeout connect 5s
  timeout client 1h
  timeout server 1h
  retries 3
  option redispatch
listen api
  bind :${apiPort}
  option httpchk GET /readyz
  default-server check check-ssl verify none inter 1s fall 2 rise 1 on-marked-down shutdown-sessions
${masters.map(({ name, address }) => `  server ${name} ${address}:${apiPort}\n`).join("")}`;
