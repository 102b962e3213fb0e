import { userInfo } from "node:os";
import { join } from "node:path";
import type { EtcdVersion } from "../../src/core/model/estate.ts";
import { serviceVerbs } from "./service-verb.ts";

export interface LocalEstate {
  readonly version: EtcdVersion;
  /** Client and peer port of each member, in this order, so two a member. */
  readonly ports: readonly number[];
  /** Further lines below `etcd:`, for example roles and users. */
  readonly extra?: string;
  /** Path of the socket where the members' restarts are asked for (supervise.ts). */
  readonly supervisor?: string;
}

/**
 * certwright.yaml for members that all run on 127.0.0.1, below the estate's own folder:
 * run/etcd-1/{etcd.env, pki, data}, … Written with `certwright etcd init --in-place`.
 */
export const localEstate = ({ version, ports, extra = "", supervisor }: LocalEstate): string => {
  const { username } = userInfo();
  const members = Array.from({ length: ports.length / 2 }, (_, i) => {
    const name = `etcd-${i + 1}`;
    return `    - node: localhost
      name: ${name}
      clientPort: ${ports[2 * i]}
      peerPort: ${ports[2 * i + 1]}
      configDirectory: run/${name}
      dataDirectory: run/${name}/data
${supervisor === undefined ? "" : serviceOf(supervisor, name)}`;
  });
  return `nodes:
  localhost:
    addresses: [127.0.0.1]
etcd:
  cluster: local
  version: "${version}"
  owner: { user: ${username} }
  members:
${members.join("")}${extra}`;
};

/** JSON is YAML. */
const serviceOf = (socket: string, member: string): string => {
  const program = join(import.meta.dirname, "service.ts");
  const lines = serviceVerbs.map(
    (verb) =>
      `        ${verb}: ${JSON.stringify([process.execPath, program, socket, verb, member])}`,
  );
  return `      service:\n${lines.join("\n")}\n`;
};
