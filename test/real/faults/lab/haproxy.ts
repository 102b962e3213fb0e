import { componentProgram } from "../../../../tools/components/cache.ts";
import { freePorts } from "../../../../src/adapters/etcd/free-ports.ts";
import type { Entity } from "../../../path/workshop.ts";
import { startListening, type Printing, type Running } from "../../../tls/servers.ts";
import { pemOf, type Lab } from "./lab.ts";

export interface HaproxyWish {
  readonly leaf: Entity;
  /** What stands behind the leaf in its file. */
  readonly chain?: readonly Entity[];
  /** Behind "ssl crt FILE" of the bind line: "ca-file … verify required". */
  readonly bind?: string;
  /** False for a frontend without TLS. */
  readonly tls?: boolean;
  /** Lines of its defaults section. */
  readonly defaults?: string;
}

/** A real HAProxy that answers every request itself; its log by `said`. */
export const haproxy = async (
  lab: Lab,
  wish: HaproxyWish,
): Promise<Running & Pick<Printing, "said">> => {
  const [port] = await freePorts(1);
  const { leaf, chain = [], bind = "", tls = true, defaults = "" } = wish;
  const pair = lab.write(`haproxy-${port}.pem`, `${pemOf(leaf, ...chain)}${leaf.key.pem("pkcs8")}`);
  const config = lab.write(
    `haproxy-${port}.cfg`,
    `global
  log stderr format raw local0
defaults
  mode http
  log global
  option httplog
  timeout connect 5s
  timeout client 5s
  timeout server 5s
  ${defaults}
frontend fe
  bind 127.0.0.1:${port}${tls ? ` ssl crt ${pair} ${bind}` : ""}
  http-request return status 200 content-type text/plain string ok
`,
  );
  const program = componentProgram("haproxy", "haproxy")!;
  return lab.keep(await startListening(program, ["-db", "-f", config], port!));
};

/** One that demands client certificates of "CN=lab-ca", of which it has its own too. */
export const strictHaproxy = async (lab: Lab, defaults = "") => {
  const ca = lab.ca("CN=lab-ca");
  const caFile = lab.certificates("ca.crt", ca);
  const bind = `ca-file ${caFile} verify required`;
  const running = await haproxy(lab, { leaf: lab.server(["127.0.0.1"], ca), bind, defaults });
  return { ca, caFile, ...running };
};
