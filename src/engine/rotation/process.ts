import type { EtcdCluster, EtcdMember } from "../../core/model/estate.ts";
import type { NodeSession, ProcessFacts } from "../../ports/node.ts";
import { memberPaths } from "../etcd/layout.ts";
import type { PlacedConsumer } from "./layout.ts";

/** A `grep` that takes longer than this hangs on a file system, not on three variables. */
const deadline = 5000;

/**
 * The process of a member. Alone on its node it is the only etcd there; beside others it is the one that says so, in
 * its arguments or in the three variables of its environment that name a member. Two clusters on one machine may both
 * have an "etcd-1": one that says anything else of itself is another cluster's. Throws node.*.
 */
export const processOf = async (
  session: NodeSession,
  etcd: Pick<EtcdCluster, "binary"> | undefined,
  { member }: PlacedConsumer,
): Promise<ProcessFacts | undefined> => {
  if (member === undefined || etcd === undefined) return undefined;
  const { binary } = etcd;
  const found = await session.processes(binary.slice(binary.lastIndexOf("/") + 1));
  for (const one of found) {
    const told = toldBy(one.command);
    const words = told.size > 0 ? told : variablesOf(await environmentOf(session, one.pid));
    if (words.size === 0 ? found.length === 1 : isMember(words, member)) return one;
  }
  return undefined;
};

type Words = ReadonlyMap<string, string>;

const flags = ["--name", "--data-dir", "--config-file"] as const;

const isMember = (words: Words, member: EtcdMember): boolean => {
  const expected: Readonly<Record<(typeof flags)[number], string>> = {
    "--name": member.name,
    "--data-dir": member.dataDirectory,
    "--config-file": memberPaths(member).yaml,
  };
  return flags.every((flag) => {
    const value = words.get(flag);
    return value === undefined || value === expected[flag];
  });
};

const toldBy = (command: readonly string[]): Words =>
  new Map(
    flags.flatMap((flag) => {
      const value = valueOf(command, flag);
      return value === undefined ? [] : [[flag, value] as const];
    }),
  );

/** "--name=a", "--name a", and Go's flags with one dash. */
const valueOf = (command: readonly string[], flag: string): string | undefined => {
  for (const [i, word] of command.entries()) {
    const bare = word.replace(/^--?/, "--");
    if (bare === flag) return command[i + 1];
    if (bare.startsWith(`${flag}=`)) return bare.slice(flag.length + 1);
  }
  return undefined;
};

/** pkg/flags/flag.go, FlagToEnv, the other way round. */
const variablesOf = (lines: readonly string[]): Words =>
  new Map(
    lines.map((line) => {
      const cut = line.indexOf("=");
      const name = line.slice("ETCD_".length, cut).toLowerCase().replaceAll("_", "-");
      return [`--${name}`, line.slice(cut + 1)];
    }),
  );

/** Those three lines and nothing else of it leave the node: the rest of an environment may hold secrets. */
const environmentOf = async (session: NodeSession, pid: number): Promise<readonly string[]> => {
  const { stdout } = await session.run(
    ["grep", "-azE", "^ETCD_(NAME|DATA_DIR|CONFIG_FILE)=", `/proc/${pid}/environ`],
    { deadline },
  );
  return stdout.split("\0").filter((line) => line !== "");
};
