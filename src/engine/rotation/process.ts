import type { EtcdMember } from "../../core/model/estate.ts";
import type { NodeSession, ProcessFacts } from "../../ports/node.ts";
import { memberPaths } from "../etcd/layout.ts";
import type { PlacedConsumer } from "./layout.ts";

/** A `grep` that takes longer than this hangs on a file system, not on three variables. */
const deadline = 5000;

/**
 * The process of a member. Alone on its node it is the only etcd there; beside others it is the one that says so in
 * its arguments or, of its environment, in the three variables that name a member. Throws node.*.
 */
export const processOf = async (
  session: NodeSession,
  binary: string,
  { member }: PlacedConsumer,
): Promise<ProcessFacts | undefined> => {
  if (member === undefined) return undefined;
  const found = await session.processes(binary.slice(binary.lastIndexOf("/") + 1));
  const told = found.filter(({ command }) => tells(command, member));
  if (told.length > 0) return told[0];
  const silent = found.filter(({ command }) => !namesAMember(command));
  for (const one of silent) {
    const variables = await environmentOf(session, one.pid);
    if (variables.some((line) => wordsFor(member).environment.includes(line))) return one;
    if (variables.length === 0 && found.length === 1) return one;
  }
  return undefined;
};

const wordsFor = (member: EtcdMember) => ({
  arguments: [
    ["--name", member.name],
    ["--data-dir", member.dataDirectory],
    ["--config-file", memberPaths(member).yaml],
  ] as const,
  environment: [
    `ETCD_NAME=${member.name}`,
    `ETCD_DATA_DIR=${member.dataDirectory}`,
    `ETCD_CONFIG_FILE=${memberPaths(member).yaml}`,
  ],
});

const tells = (command: readonly string[], member: EtcdMember): boolean =>
  wordsFor(member).arguments.some(([flag, value]) => valueOf(command, flag) === value);

const namesAMember = (command: readonly string[]): boolean =>
  ["--name", "--data-dir", "--config-file"].some((flag) => valueOf(command, flag) !== undefined);

/** "--name=a", "--name a", and Go's flags with one dash. */
const valueOf = (command: readonly string[], flag: string): string | undefined => {
  for (const [i, word] of command.entries()) {
    const bare = word.replace(/^--?/, "--");
    if (bare === flag) return command[i + 1];
    if (bare.startsWith(`${flag}=`)) return bare.slice(flag.length + 1);
  }
  return undefined;
};

/** Those three lines and nothing else of it leave the node: the rest of an environment may hold secrets. */
const environmentOf = async (session: NodeSession, pid: number): Promise<readonly string[]> => {
  const { stdout } = await session.run(
    ["grep", "-azE", "^ETCD_(NAME|DATA_DIR|CONFIG_FILE)=", `/proc/${pid}/environ`],
    { deadline },
  );
  return stdout.split("\0").filter((line) => line !== "");
};
