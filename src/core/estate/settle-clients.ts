import type { EstateNode, EtcdClient, EtcdUser } from "../model/estate.ts";
import type { ClientDeclaration, EstateFault, EtcdDeclaration } from "./declaration.ts";
import { didYouMean } from "./did-you-mean.ts";
import { settleService } from "./settle-access.ts";

/** One for each user, with the files that `certwright etcd init` writes, and those declared, which may also place a user's elsewhere. */
export const settleClients = (
  etcd: EtcdDeclaration,
  users: readonly EtcdUser[],
  nodes: readonly EstateNode[],
  clientsDirectory: string,
  absolute: (path: string) => string,
  faults: EstateFault[],
): readonly EtcdClient[] => {
  const declared: Readonly<Record<string, ClientDeclaration>> = {
    ...Object.fromEntries(users.map(({ name }) => [name, {}])),
    ...etcd.clients,
  };
  return Object.entries(declared).map(([name, client]) => {
    const path = ["etcd", "clients", name];
    const user = client.user ?? name;
    if (users.length > 0 && !users.some((one) => one.name === user)) {
      faults.push({
        path: client.user === undefined ? path : [...path, "user"],
        message: `there is no user "${user}"`,
        hint: didYouMean(user, namesOf(users), "etcd.users"),
      });
    }
    const node = nodes.find((one) => one.name === client.node);
    if (client.node !== undefined && node === undefined) {
      faults.push({
        path: [...path, "node"],
        message: `there is no node "${client.node}"`,
        hint: didYouMean(client.node, namesOf(nodes), "nodes"),
      });
    }
    if (client.node !== undefined) {
      const missing = (["certificate", "key", "trust"] as const).filter(
        (field) => client[field] === undefined,
      );
      if (missing.length > 0) {
        faults.push({
          path,
          message: `where its files lie on ${client.node} is not said: ${missing.join(", ")}`,
          hint: "only files on this machine have a place by default",
        });
      }
    }
    const service = settleService(
      client.service ?? { none: true },
      absolute,
      [...path, "service"],
      faults,
    );
    const folder = `${clientsDirectory}/${user}`;
    const settled: EtcdClient = {
      name,
      user,
      certificate: absolute(client.certificate ?? `${folder}/client.crt`),
      key: absolute(client.key ?? `${folder}/client.key`),
      trust: absolute(client.trust ?? `${folder}/server-ca.crt`),
      reload: client.reload ?? "handshake",
      service,
    };
    return node === undefined ? settled : Object.assign(settled, { node });
  });
};

const namesOf = (all: readonly { readonly name: string }[]): readonly string[] =>
  all.map(({ name }) => name);
