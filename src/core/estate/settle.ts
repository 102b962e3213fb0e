import { readAddress } from "./address.ts";
import type {
  EstateDeclaration,
  EstateFault,
  EtcdDeclaration,
  NodeDeclaration,
  PermissionDeclaration,
} from "./declaration.ts";
import {
  rootName,
  type Address,
  type Estate,
  type EstateNode,
  type EtcdCluster,
  type EtcdMember,
  type EtcdMemberFiles,
  type EtcdRole,
  type EtcdUser,
  type KeyRange,
} from "../model/estate.ts";
import { didYouMean } from "./did-you-mean.ts";
import { settleAccess, settleService } from "./settle-access.ts";
import { settleClients } from "./settle-clients.ts";
import { settleKubernetes } from "./settle-kubernetes.ts";
import { halfOpenRange, prefixRange, singleKey } from "./key-range.ts";

/** What holds when certwright.yaml does not say; also written into its JSON Schema. */
export const etcdDefaults = {
  /** Below the configDirectory. */
  certificateFolder: "pki",
  /** Ports registered for etcd with IANA (etcd-client, etcd-server). */
  clientPort: 2379,
  peerPort: 2380,
  dataDirectory: "/var/lib/etcd",
  configDirectory: "/etc/etcd",
  owner: { user: "etcd" },
  binary: "/usr/bin/etcd",
  service: { systemd: "etcd.service" },
  clientsDirectory: "clients",
  issuers: { peer: "etcd-peer-ca", server: "etcd-server-ca", client: "etcd-client-ca" },
} as const;

export type Settled =
  | { readonly ok: true; readonly estate: Estate }
  | { readonly ok: false; readonly faults: readonly EstateFault[] };

/**
 * Fills in the defaults and checks what a schema cannot: that names refer to something, that two members
 * do not share a port or a folder, that ranges are ranges. Reports all faults, not the first.
 * `absolute` makes a path absolute, from the folder of the estate file.
 */
export const settle = (
  declaration: EstateDeclaration,
  absolute: (path: string) => string,
): Settled => {
  const faults: EstateFault[] = [];
  const nodes = Object.entries(declaration.nodes).map(([name, node]) =>
    settleNode(name, node, absolute, faults),
  );
  const etcd =
    declaration.etcd === undefined
      ? undefined
      : settleEtcd(
          declaration.etcd,
          nodes,
          // What only Kubernetes uses has no users: whoever shows a certificate may do everything.
          declaration.kubernetes?.components !== undefined && declaration.etcd.users === undefined,
          absolute,
          faults,
        );
  const kubernetes =
    declaration.kubernetes === undefined
      ? undefined
      : settleKubernetes(declaration.kubernetes, nodes, absolute, faults);
  if (etcd !== undefined && kubernetes?.etcd !== undefined) {
    faults.push({
      path: ["etcd"],
      message: `the members on the control plane of ${kubernetes.name} are the estate's etcd cluster already`,
      hint: 'leave this section out, or say "etcd: external" under kubernetes',
    });
  }
  if (faults.length > 0) return { ok: false, faults };
  return {
    ok: true,
    estate: {
      nodes,
      ...(etcd === undefined ? {} : { etcd }),
      ...(kubernetes === undefined ? {} : { kubernetes }),
    },
  };
};

const settleNode = (
  name: string,
  node: NodeDeclaration,
  absolute: (path: string) => string,
  faults: EstateFault[],
): EstateNode => {
  const path = ["nodes", name];
  const addresses = readAddresses(node.addresses, [...path, "addresses"], faults);
  return { name, addresses, access: settleAccess(node, addresses, absolute, path, faults) };
};

const readAddresses = (
  texts: readonly string[],
  path: readonly (string | number)[],
  faults: EstateFault[],
): readonly Address[] =>
  texts.flatMap((text, i) => {
    const address = readAddress(text);
    if (address !== undefined) return [address];
    faults.push({
      path: [...path, i],
      message: `"${text}" is neither a host name nor an IP address`,
      hint: /:\/\/|:\d+$/.test(text)
        ? "leave out the scheme and the port; ports are clientPort and peerPort"
        : "write a name such as etcd-1.example.org, or an address such as 10.240.1.2 or fd00::2",
    });
    return [];
  });

const settleEtcd = (
  etcd: EtcdDeclaration,
  nodes: readonly EstateNode[],
  withoutUsers: boolean,
  absolute: (path: string) => string,
  faults: EstateFault[],
): EtcdCluster => {
  const roles = settleRoles(etcd, faults);
  const members = settleMembers(etcd, nodes, absolute, faults);
  const users = withoutUsers ? [] : settleUsers(etcd, roles, faults);
  const clientsDirectory = absolute(etcd.clientsDirectory ?? etcdDefaults.clientsDirectory);
  return {
    name: etcd.cluster,
    version: etcd.version,
    members,
    names: readAddresses(etcd.names ?? [], ["etcd", "names"], faults),
    issuers: {
      peer: etcd.issuers?.peer ?? etcdDefaults.issuers.peer,
      server: etcd.issuers?.server ?? etcdDefaults.issuers.server,
      client: etcd.issuers?.client ?? etcdDefaults.issuers.client,
    },
    owner:
      etcd.owner === undefined
        ? etcdDefaults.owner
        : {
            user: etcd.owner.user,
            ...(etcd.owner.group === undefined ? {} : { group: etcd.owner.group }),
          },
    binary: etcd.binary ?? etcdDefaults.binary,
    clientsDirectory,
    roles,
    users,
    clients: settleClients(etcd, users, nodes, clientsDirectory, absolute, faults),
    clientsComplete: etcd.clientsComplete ?? false,
  };
};

const settleMembers = (
  etcd: EtcdDeclaration,
  nodes: readonly EstateNode[],
  absolute: (path: string) => string,
  faults: EstateFault[],
): readonly EtcdMember[] => {
  const members: EtcdMember[] = [];
  const service = settleService(
    etcd.service ?? etcdDefaults.service,
    absolute,
    ["etcd", "service"],
    faults,
  );
  /** What only one member may have, with the member that has it. */
  const taken = new Map<string, string>();
  /** Whether it was free; one fault a member is enough to look at. */
  const claim = (what: string, key: string, member: string, path: (string | number)[]): boolean => {
    const other = taken.get(key);
    taken.set(key, other ?? member);
    if (other === undefined) return true;
    faults.push({ path, message: `${what} is taken by member ${other} already` });
    return false;
  };
  for (const [i, declared] of etcd.members.entries()) {
    const path = ["etcd", "members", i];
    const node = nodes.find((one) => one.name === declared.node);
    if (node === undefined) {
      faults.push({
        path: [...path, "node"],
        message: `there is no node "${declared.node}"`,
        hint: didYouMean(
          declared.node,
          nodes.map((n) => n.name),
          "nodes",
        ),
      });
      continue;
    }
    const name = declared.name ?? declared.node;
    const configDirectory =
      declared.configDirectory ?? etcd.configDirectory ?? etcdDefaults.configDirectory;
    const files = declared.files ?? etcd.files;
    const member: EtcdMember = {
      name,
      node,
      ...(files === undefined ? {} : { files: absoluteFiles(files, absolute) }),
      clientPort: declared.clientPort ?? etcd.clientPort ?? etcdDefaults.clientPort,
      peerPort: declared.peerPort ?? etcd.peerPort ?? etcdDefaults.peerPort,
      dataDirectory: absolute(
        declared.dataDirectory ?? etcd.dataDirectory ?? etcdDefaults.dataDirectory,
      ),
      configDirectory: absolute(configDirectory),
      certificateDirectory: absolute(
        declared.certificateDirectory ??
          etcd.certificateDirectory ??
          `${configDirectory}/${etcdDefaults.certificateFolder}`,
      ),
      service:
        declared.service === undefined
          ? service
          : settleService(declared.service, absolute, [...path, "service"], faults),
    };
    const exclusive: readonly (readonly [what: string, key: string])[] = [
      [`the member name "${name}"`, `name ${name}`],
      // Every address counts, because members listen on all addresses of their node.
      ...[member.clientPort, member.peerPort].flatMap((port) =>
        node.addresses.map(
          ({ value }) => [`port ${port} of ${value}`, `port ${value} ${port}`] as const,
        ),
      ),
      ...(["dataDirectory", "configDirectory", "certificateDirectory"] as const).map(
        (what) =>
          [
            `${what} ${member[what]} on node ${node.name}`,
            `${what} ${node.name} ${member[what]}`,
          ] as const,
      ),
    ];
    exclusive.every(([what, key]) => claim(what, key, name, path));
    members.push(member);
  }
  return members;
};

const absoluteFiles = (
  files: EtcdMemberFiles,
  absolute: (path: string) => string,
): EtcdMemberFiles => ({
  serverCertificate: absolute(files.serverCertificate),
  serverKey: absolute(files.serverKey),
  peerCertificate: absolute(files.peerCertificate),
  peerKey: absolute(files.peerKey),
  peerTrust: absolute(files.peerTrust),
  clientTrust: absolute(files.clientTrust),
});

const settleRoles = (etcd: EtcdDeclaration, faults: EstateFault[]): readonly EtcdRole[] =>
  Object.entries(etcd.roles ?? {}).map(([name, declared]): EtcdRole => {
    if (name === rootName) {
      faults.push({
        path: ["etcd", "roles", name],
        message: "etcd gives the role root to every key by itself",
        hint: "leave it out; certwright makes it",
      });
    }
    return {
      name,
      permissions: declared.flatMap((permission, i) => {
        const range = readRange(permission, ["etcd", "roles", name, i], faults);
        return range === undefined ? [] : [{ access: permission.access, range }];
      }),
    };
  });

const readRange = (
  permission: PermissionDeclaration,
  path: readonly (string | number)[],
  faults: EstateFault[],
): KeyRange | undefined => {
  const { key, prefix, from, to } = permission;
  const given = [key, prefix, from].filter((one) => one !== undefined).length;
  if (given !== 1 || (from === undefined) !== (to === undefined)) {
    faults.push({
      path,
      message: 'exactly one of "key", "prefix", and "from" with "to" says which keys are meant',
      hint: 'write for example { prefix: "/app/", access: readwrite }',
    });
    return undefined;
  }
  if (key !== undefined) return singleKey(key);
  if (prefix !== undefined) return prefixRange(prefix);
  const range = halfOpenRange(from!, to!);
  if (from! < to!) return range;
  faults.push({
    path: [...path, "to"],
    message: `"${to}" is not behind "${from}", so no key is meant`,
    hint: "swap them, or write key or prefix",
  });
  return undefined;
};

const settleUsers = (
  etcd: EtcdDeclaration,
  roles: readonly EtcdRole[],
  faults: EstateFault[],
): readonly EtcdUser[] => {
  const known = [...roles.map((role) => role.name), rootName];
  const users = Object.entries(etcd.users ?? {}).map(([name, declared]): EtcdUser => {
    for (const [i, role] of declared.roles.entries()) {
      if (known.includes(role)) continue;
      faults.push({
        path: ["etcd", "users", name, "roles", i],
        message: `there is no role "${role}"`,
        hint: didYouMean(role, known, "etcd.roles"),
      });
    }
    return { name, roles: declared.roles };
  });
  const root = users.find((user) => user.name === rootName);
  if (root === undefined) return [{ name: rootName, roles: [rootName] }, ...users];
  if (!root.roles.includes(rootName)) {
    faults.push({
      path: ["etcd", "users", rootName, "roles"],
      message: "the user root must have the role root, or etcd refuses to enable authentication",
      hint: "add root to its roles, or leave the user out; certwright makes it",
    });
  }
  return [root, ...users.filter((user) => user !== root)];
};
