import { freePorts } from "../../../../src/adapters/etcd/free-ports.ts";
import type { Entity } from "../../../path/workshop.ts";
import type { Lab } from "./lab.ts";

export interface Member {
  readonly ca: Entity;
  readonly caFile: string;
  readonly cert: string;
  readonly key: string;
  /** "https://127.0.0.1:PORT" */
  readonly client: string;
  readonly peer: string;
  readonly ports: readonly [client: number, peer: number];
}

/** Files and URLs of a member that could be healthy; nothing runs yet. */
export const memberOf = async (lab: Lab, usages?: readonly string[]): Promise<Member> => {
  const [clientPort, peerPort] = await freePorts(2);
  const ca = lab.ca("CN=etcd-ca");
  const extensions = usages === undefined ? {} : { extendedKeyUsage: usages };
  const pair = lab.pair("server", lab.server(["127.0.0.1", "etcd1.local"], ca, { extensions }));
  return {
    ca,
    caFile: lab.certificates("ca.crt", ca),
    ...pair,
    client: `https://127.0.0.1:${clientPort}`,
    peer: `http://127.0.0.1:${peerPort}`,
    ports: [clientPort!, peerPort!],
  };
};

/** Its configuration by flags; "" takes one away. */
export const flagsOf = (
  member: Member,
  changes: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> => {
  const all: Record<string, string> = {
    name: "lab",
    "listen-client-urls": member.client,
    "advertise-client-urls": member.client,
    "listen-peer-urls": member.peer,
    "initial-advertise-peer-urls": member.peer,
    "initial-cluster": `lab=${member.peer}`,
    "cert-file": member.cert,
    "key-file": member.key,
    "trusted-ca-file": member.caFile,
    "client-cert-auth": "true",
    ...changes,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
};

const secure = new Set([
  "cert-file",
  "key-file",
  "trusted-ca-file",
  "client-cert-auth",
  "auto-tls",
]);

export const yamlOf = (flags: Readonly<Record<string, string>>): string => {
  const lines = (wanted: boolean, indent: string): readonly string[] =>
    Object.entries(flags)
      .filter(([name]) => secure.has(name) === wanted)
      .map(([name, value]) => `${indent}${name}: ${value}`);
  return [...lines(false, ""), "client-transport-security:", ...lines(true, "  "), ""].join("\n");
};

export const environmentOf = (flags: Readonly<Record<string, string>>): string =>
  Object.entries(flags)
    .map(([name, value]) => `ETCD_${name.toUpperCase().replaceAll("-", "_")}="${value}"\n`)
    .join("");

export const unitOf = (flags: Readonly<Record<string, string>>): string =>
  [
    "[Unit]",
    "Description=etcd",
    "",
    "[Service]",
    "Type=notify",
    "ExecStart=/usr/bin/etcd \\",
    Object.entries(flags)
      .map(([name, value]) => `  --${name}=${value}`)
      .join(" \\\n"),
    "Restart=always",
    "",
  ].join("\n");

/** Starts it as it should be, but for the flags given. */
export const startMember = async (
  lab: Lab,
  { cert, key, caFile, ports }: Member,
  flags: Readonly<Record<string, string>> = {},
): Promise<void> => {
  await lab.etcd({ cert, key, clientCa: caFile, ports, flags });
};
