import { flagValue } from "../../core/manifest/flag-value.ts";
import type { EtcdCluster, EtcdMember } from "../../core/model/estate.ts";
import type { NodeSession, ProcessFacts } from "../../ports/node.ts";
import { memberPaths } from "../etcd/layout.ts";
import type { KubernetesPart, PlacedConsumer } from "./layout.ts";

/** A `grep` that takes longer than this hangs on a file system, not on three variables. */
const deadline = 5000;

/** Those of Kubernetes whose process has the part's name. */
const programs: ReadonlySet<KubernetesPart["kind"]> = new Set([
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kubelet",
]);

/** Whether it is a process that can be told from others on its machine. */
export const hasProcess = ({ member, kubernetes }: PlacedConsumer): boolean =>
  member !== undefined || (kubernetes !== undefined && programs.has(kubernetes.kind));

/** The process of a consumer that has one; of two, while one takes the other's place, the older. Throws node.*. */
export const processOf = async (
  session: NodeSession,
  etcd: Pick<EtcdCluster, "binary"> | undefined,
  consumer: PlacedConsumer,
): Promise<ProcessFacts | undefined> => {
  const { member, kubernetes } = consumer;
  if (member !== undefined && etcd !== undefined) return memberProcess(session, etcd, member);
  if (kubernetes === undefined || !programs.has(kubernetes.kind)) return undefined;
  return ownProcess(session, kubernetes.kind);
};

/** The process of that name which is the machine's own and no container's. Throws node.*. */
export const ownProcess = async (
  session: NodeSession,
  program: string,
): Promise<ProcessFacts | undefined> => {
  const found = await sharingNetwork(session, await session.processes(program));
  return found.reduce<ProcessFacts | undefined>(
    (oldest, one) => (oldest === undefined || one.startedAt < oldest.startedAt ? one : oldest),
    undefined,
  );
};

/**
 * The kubelet and the control plane's pods share the machine's network (hostNetwork); those of a cluster inside this one,
 * in containers of kind or pods of vcluster, do not.
 */
const sharingNetwork = async (
  session: NodeSession,
  found: readonly ProcessFacts[],
): Promise<readonly ProcessFacts[]> => {
  if (found.length === 0) return found;
  const fileOf = (pid: number | string): string => `/proc/${pid}/ns/net`;
  const files = [fileOf("self"), ...found.map(({ pid }) => fileOf(pid))];
  // One that has ended meanwhile is told on stderr and has no line.
  const { stdout } = await session.run(["stat", "-L", "-c", "%n %i", ...files], { deadline });
  const networks = new Map(
    stdout.split("\n").map((line) => line.split(" ") as [string, string | undefined]),
  );
  return found.filter(({ pid }) => networks.get(fileOf(pid)) === networks.get(fileOf("self")));
};

/**
 * The process of a member. Alone on its node it is the only etcd there; beside others it is the one that says so, in
 * its arguments or in the three variables of its environment that name a member. Two clusters on one machine may both
 * have an "etcd-1": one that says anything else of itself is another cluster's.
 */
const memberProcess = async (
  session: NodeSession,
  { binary }: Pick<EtcdCluster, "binary">,
  member: EtcdMember,
): Promise<ProcessFacts | undefined> => {
  const found = await session.processes(binary.slice(binary.lastIndexOf("/") + 1));
  for (const one of found) {
    const told = toldBy(one.command);
    const words = told.size > 0 ? told : variablesOf(await environmentOf(session, one.pid));
    if (words.size === 0 ? found.length === 1 : isMember(words, member)) return one;
  }
  return undefined;
};

type Words = ReadonlyMap<string, string>;

const flags = ["name", "data-dir", "config-file"] as const;

const isMember = (words: Words, member: EtcdMember): boolean => {
  const expected: Readonly<Record<(typeof flags)[number], string>> = {
    name: member.name,
    "data-dir": member.dataDirectory,
    "config-file": memberPaths(member).yaml,
  };
  return flags.every((flag) => {
    const value = words.get(flag);
    return value === undefined || value === expected[flag];
  });
};

const toldBy = (command: readonly string[]): Words =>
  new Map(
    flags.flatMap((flag) => {
      const value = flagValue(command, flag);
      return value === undefined ? [] : [[flag, value] as const];
    }),
  );

/** pkg/flags/flag.go, FlagToEnv, the other way round. */
const variablesOf = (lines: readonly string[]): Words =>
  new Map(
    lines.map((line) => {
      const cut = line.indexOf("=");
      const name = line.slice("ETCD_".length, cut).toLowerCase().replaceAll("_", "-");
      return [name, line.slice(cut + 1)];
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
