import { decodeBase64 } from "../bytes/base64.ts";
import { asciiBytes, utf8Of } from "../bytes/utf8.ts";
import type { Estate, KubernetesCluster } from "../model/estate.ts";
import { parseIp } from "../x509/ip.ts";
import { planeNodes } from "./copied-estate.ts";
import type { CopiedFile, CopiedPlane } from "./copied-file.ts";
import { flagsOf, joined } from "./copy-flags.ts";

/** Who has which address in the copy. */
export interface PlaneNetwork {
  /** Machines of the control plane with all addresses at which programs listen, or that others dial. */
  readonly machines: readonly { readonly name: string; readonly addresses: readonly string[] }[];
  /** Where clients dial the API without naming a machine: a load balancer's places. */
  readonly endpoints: readonly { readonly host: string; readonly port: number }[];
  /** Addresses that are nobody's in the cluster: the endpoints'. */
  readonly others: readonly string[];
  /** Content of /etc/hosts. */
  readonly hosts: string;
  /** What is not there, in words. */
  readonly left: readonly string[];
}

/** Of TEST-NET-3 (RFC 5737), for names whose address is somebody else's. */
const nobodys = (i: number): string => `203.0.113.${10 + i}`;

/** What the copy's network has to be for every certificate, manifest and kubeconfig to be true in it. */
export const planeNetwork = (
  estate: Estate,
  cluster: KubernetesCluster,
  plane: CopiedPlane,
): PlaneNetwork => {
  const nodes = planeNodes(estate);
  const machines = nodes.map(({ name, addresses }) => {
    const texts = [
      ...(plane.nodes[name] ?? []).filter(({ path }) => /\.ya?ml$/.test(path)).map(textOf),
      ...(plane.services[name] ?? []).map(({ words, environment }) =>
        [...joined(words), ...flagsOf(environment)].join("\n"),
      ),
    ];
    const found = [
      ...addresses.filter(({ kind }) => kind !== "dns").map(({ value }) => value),
      ...texts.flatMap(listening),
    ];
    return { name, addresses: [...new Set(found)].filter((one) => !isEverywhere(one)) };
  });
  const own = new Set(machines.flatMap(({ addresses }) => addresses));
  const lines = ["127.0.0.1 localhost", "::1 localhost"];
  for (const node of nodes) {
    const address = machines.find(({ name }) => name === node.name)?.addresses[0];
    const names = node.addresses.filter(({ kind }) => kind === "dns").map(({ value }) => value);
    if (address !== undefined) lines.push([address, ...new Set([node.name, ...names])].join(" "));
  }
  const known = new Set(lines.flatMap((line) => line.split(" ").slice(1)));
  const endpoints: { host: string; port: number }[] = [];
  const others: string[] = [];
  const left: string[] = [];
  let strangers = 0;
  for (const { host, port } of servers(cluster, plane)) {
    const isName = parseIp(host) === undefined;
    if (port === cluster.port && (own.has(host) || (isName && known.has(host)))) continue;
    if (own.has(host) || (isName && known.has(host) && host !== "localhost")) {
      left.push(`what listens at ${host}:${port}, which is none of the copied programs`);
      continue;
    }
    if (!isName) {
      endpoints.push({ host, port });
      if (!isEverywhere(host)) others.push(host);
      continue;
    }
    const address = nobodys(strangers++);
    lines.push(`${address} ${host}`);
    others.push(address);
    endpoints.push({ host: address, port });
  }
  return {
    machines,
    endpoints,
    others: [...new Set(others)],
    hosts: lines.map((line) => `${line}\n`).join(""),
    left,
  };
};

const isEverywhere = (address: string): boolean =>
  ["0.0.0.0", "::", "::1"].includes(address) || address.startsWith("127.");

const textOf = (file: CopiedFile): string => {
  if (file.kind !== "file") return "";
  const decoded = decodeBase64(asciiBytes(file.content));
  return decoded.ok ? utf8Of(decoded.bytes).text : "";
};

/** Of manifests, of flags and of a member's own file: at which addresses API server and member listen. */
const listening = (text: string): readonly string[] =>
  [
    ...text.matchAll(
      /(?:--?|^ *)(?:advertise-address|bind-address|listen-(?:client|peer|metrics)-urls)(?:=|: *)["']?([^\s"']+)/gm,
    ),
  ]
    .flatMap(([, value = ""]) => value.split(","))
    .map((value) => hostAndPort(value)?.host ?? value)
    .filter((host) => parseIp(host) !== undefined);

const servers = (
  { endpoint }: KubernetesCluster,
  { nodes, operator }: CopiedPlane,
): readonly { readonly host: string; readonly port: number }[] => {
  const found = [...Object.values(nodes).flat(), ...operator]
    .map(textOf)
    .flatMap((text) => Array.from(text.matchAll(/^\s*-?\s*server: *["']?(https:\S+?)["']?\s*$/gm)))
    .flatMap(([, url = ""]) => hostAndPort(url) ?? []);
  const all = [{ host: endpoint.host, port: endpoint.port }, ...found];
  return [...new Map(all.map((one) => [`${one.host} ${one.port}`, one])).values()];
};

const hostAndPort = (url: string): { readonly host: string; readonly port: number } | undefined => {
  const [, host, port] = /^https?:\/\/(\[[^\]]+\]|[^:/]+)(?::(\d+))?/.exec(url) ?? [];
  if (host === undefined) return undefined;
  return { host: host.replaceAll(/[[\]]/g, ""), port: Number(port ?? 443) };
};
