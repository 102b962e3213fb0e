import { join } from "node:path";
import type { NodeFile, NodeSession, ProcessFacts } from "../../../ports/node.ts";
import { localSession } from "../../node/local/local-session.ts";
import { systemPath } from "../../node/system-path.ts";
import type { Relay } from "./relay.ts";

export interface RootedMachine {
  readonly name: string;
  /** Folder that is its root. */
  readonly root: string;
  /** Words before a program's, which bring it into the machine; none: it runs beside us. */
  readonly inside: readonly string[];
  /** Which of this machine's processes are that machine's. */
  readonly owns: (process: ProcessFacts) => boolean;
  /** Commands that are not this machine's to carry out; undefined for any other. */
  readonly serve: (command: readonly string[]) => Promise<void> | undefined;
  /** Who dials from there; none: we do. */
  readonly relay: Relay | undefined;
}

/** A machine of the copy: a folder of this one and a network of its own. */
export const rootedSession = (machine: RootedMachine): NodeSession => {
  const { name, root, inside, owns, serve, relay } = machine;
  const local = localSession(name);
  const at = (path: string): string => join(root, path);
  const named = (file: NodeFile | undefined, path: string): NodeFile | undefined =>
    file && { ...file, path };
  const within = (path: string): string =>
    path.startsWith(`${root}/`) ? path.slice(root.length) : path;
  return {
    ...local,
    read: async (path) => named(await local.read(at(path)), path),
    facts: (path) => local.facts(at(path)),
    write: (files) => local.write(files.map((file) => ({ ...file, path: at(file.path) }))),
    remove: (path, expect) => local.remove(at(path), expect),
    readLink: async (path) => {
      const link = await local.readLink(at(path));
      return link && { ...link, target: within(link.target) };
    },
    link: ({ path, target, expect }) =>
      local.link({
        path: at(path),
        target: at(target),
        expect: expect === undefined ? undefined : at(expect),
      }),
    run: async (command, options) => {
      const served = serve(command);
      if (served !== undefined) {
        await served;
        return { code: 0, stdout: "", stderr: "" };
      }
      return local.run([...inside, ...command], options);
    },
    processes: async (program) => (await local.processes(program)).filter(owns),
    freeBytes: (path) => local.freeBytes(at(path)),
    dial: (host, port, deadline) => (relay ?? local).dial(host, port, deadline),
  };
};

/** nsenter(1)'s words for a machine's network, name and root. */
export const intoMachine = (
  { net, uts }: { readonly net: string; readonly uts: string },
  root: string,
): readonly string[] => [
  "/usr/bin/env",
  `PATH=${systemPath}`,
  "nsenter",
  `--net=${net}`,
  `--uts=${uts}`,
  `--root=${root}`,
  // Or it would stay in a folder outside of its root.
  `--wd=${root}`,
  "--",
];
