import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const kinds = ["mnt", "net", "pid", "uts"] as const;

/** Namespaces that the process's descendants live in and it does not: "net:[4026532000]". */
export const namespacesBelow = (pid: number): ReadonlySet<string> => {
  const own = new Set(namespacesOf(String(pid)));
  const children = new Map<string, string[]>();
  for (const one of processes()) {
    const parent = parentOf(one);
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), one]);
  }
  const found = new Set<string>();
  const open = [String(pid)];
  for (const one of open) {
    for (const name of namespacesOf(one)) if (!own.has(name)) found.add(name);
    open.push(...(children.get(one) ?? []));
  }
  return found;
};

/** Processes that live in any of them, each as it was started. */
export const livingIn = (namespaces: ReadonlySet<string>): readonly string[] =>
  processes().flatMap((pid) =>
    namespacesOf(pid).some((name) => namespaces.has(name)) ? [commandOf(pid)] : [],
  );

const processes = (): readonly string[] => readdirSync("/proc").filter((one) => /^\d+$/.test(one));

/** What ends meanwhile is nowhere. */
const orNothing = <T>(read: () => T): T | undefined => {
  try {
    return read();
  } catch {
    return undefined;
  }
};

const namespacesOf = (pid: string): readonly string[] =>
  kinds.flatMap((kind) => orNothing(() => readlinkSync(`/proc/${pid}/ns/${kind}`)) ?? []);

const parentOf = (pid: string): string | undefined =>
  orNothing(() => /^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);

const commandOf = (pid: string): string =>
  `${pid} ${orNothing(() => readFileSync(`/proc/${pid}/cmdline`, "utf8"))?.replaceAll("\0", " ") ?? ""}`;
