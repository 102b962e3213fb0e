import { hostname } from "node:os";
import { resolve } from "node:path";
import { failure } from "../../core/errors/certwright-error.ts";
import type { EstateNode } from "../../core/model/estate.ts";

export interface WayToMasters {
  readonly master: readonly string[];
  readonly sshConfig?: string | undefined;
  readonly sshUser?: string | undefined;
  readonly sudo: boolean;
}

/** The machines that are looked at: those that are named, by ssh; without any, this one. Throws recovery.masters-twice. */
export const nodesToLookAt = (way: WayToMasters): readonly EstateNode[] => {
  const { master } = way;
  const names = master.flatMap((words) => words.split(",")).filter((name) => name !== "");
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw failure("recovery.masters-twice", { name: twice });
  if (names.length === 0)
    return [{ name: hostname(), addresses: [loopback], access: { kind: "local" } }];
  return nodesAlike(names, way);
};

/** Machines that are reached as the control plane nodes are; none from one of these, which knows no way to others. */
export const nodesAlike = (
  names: readonly string[],
  { master, sshConfig, sshUser, sudo }: WayToMasters,
): readonly EstateNode[] =>
  (master.length === 0 ? [] : names).map((name) => ({
    name,
    addresses: [{ kind: "dns", value: name }],
    access: {
      kind: "ssh",
      destination: name,
      sudo,
      ...(sshUser === undefined ? {} : { user: sshUser }),
      ...(sshConfig === undefined ? {} : { configuration: resolve(sshConfig) }),
    },
  }));

const loopback = { kind: "ip4", value: "127.0.0.1" } as const;
