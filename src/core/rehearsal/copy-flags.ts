import { flagValue } from "../manifest/flag-value.ts";
import type { CopiedService } from "./copied-file.ts";

/** Programs of a control plane that a copy runs. */
export const copiedPrograms = [
  "etcd",
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
] as const;
export type CopiedProgram = (typeof copiedPrograms)[number];

/**
 * Those that read or write what a rotation changes. The others would act on what the copy has not: nodes whose kubelets
 * are silent would be emptied, pods that nobody starts would be made again. Their short names are known to every version.
 */
const controllers = [
  "bootstrapsigner",
  "clusterrole-aggregation",
  "csrapproving",
  "csrcleaner",
  "csrsigning",
  "root-ca-cert-publisher",
  "serviceaccount",
  "serviceaccount-token",
  "tokencleaner",
];

/** They ask pods, and the copy has none. */
const webhooks = ["MutatingAdmissionWebhook", "ValidatingAdmissionWebhook"];

/** Flags whose path the program writes to: what is there is not needed. */
export const writtenFlags: ReadonlySet<string> = new Set([
  "audit-log-path",
  "cert-dir",
  "data-dir",
  "log-dir",
  "log-file",
  "wal-dir",
]);

/** The words with which the copy's program is started instead of its manifest's. */
export const copiedWords = (
  program: CopiedProgram,
  words: readonly string[],
): readonly string[] => {
  const flags = joined(words);
  switch (program) {
    case "etcd":
      // What restores a snapshot puts the log beside the data.
      return flags.filter((word) => !isFlag(word, "wal-dir"));
    case "kube-scheduler":
      return flags;
    case "kube-apiserver":
      return withoutWebhooks(flags);
    case "kube-controller-manager":
      return replaced(flags, { controllers: controllers.join(",") });
  }
};

/** How the copy's programs differ from the real ones, in words. */
export const copyDifferences: readonly string[] = [
  `controller-managers run ${controllers.join(", ")} and no other controller: nothing is evicted or made again`,
  "API servers call no admission webhook: the pods behind them are not in the copy",
];

const withoutWebhooks = (words: readonly string[]): readonly string[] => {
  const enabled = listOf(words, "enable-admission-plugins").filter(
    (one) => !webhooks.includes(one),
  );
  const disabled = [...new Set([...listOf(words, "disable-admission-plugins"), ...webhooks])];
  return replaced(words, {
    "disable-admission-plugins": disabled.join(","),
    ...(enabled.length === 0 ? {} : { "enable-admission-plugins": enabled.join(",") }),
  });
};

const listOf = (words: readonly string[], flag: string): readonly string[] =>
  (flagValue(words, flag) ?? "").split(",").filter((one) => one !== "");

/** Lists that are given twice are added up (pflag, StringSlice), so the former ones go. */
const replaced = (
  words: readonly string[],
  flags: Readonly<Record<string, string>>,
): readonly string[] => [
  ...words.filter((word) => !Object.keys(flags).some((flag) => isFlag(word, flag))),
  ...Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`),
];

/**
 * An API server that is told no address of its own takes that of its default route (k8s.io/apimachinery, util/net,
 * ResolveBindAddress), which a machine of the copy has not.
 */
export const withAddress = (service: CopiedService, address: string | undefined): CopiedService => {
  const { program, words } = service;
  const told = [flagValue(words, "advertise-address"), flagValue(words, "bind-address")];
  const isTold = told.some((one) => one !== undefined && !["", "0.0.0.0", "::"].includes(one));
  if (program !== "kube-apiserver" || address === undefined || isTold) return service;
  return { ...service, words: [...words, `--advertise-address=${address}`] };
};

const isFlag = (word: string, flag: string): boolean => {
  const bare = word.replace(/^--?/, "");
  return bare !== word && (bare === flag || bare.startsWith(`${flag}=`));
};

/** "--flag value" as "--flag=value": none of these programs takes a word that is no flag's. */
export const joined = (words: readonly string[]): readonly string[] => {
  const flags: string[] = [];
  for (const word of words) {
    const last = flags.at(-1);
    const isFlagAlone = last !== undefined && /^--?[^=]+$/.test(last);
    const isValue = isFlagAlone && (!word.startsWith("-") || /^-\d/.test(word));
    if (isValue) flags[flags.length - 1] = `${last}=${word}`;
    else flags.push(word);
  }
  return flags;
};

/** Variables that are a member's settings (etcd's pkg/flags/flag.go, FlagToEnv), of lines as in /proc/PID/environ. */
export const memberVariables = (lines: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    lines.flatMap((line) => {
      const [, name, value] = /^(ETCD_[A-Z0-9_]+)=(.*)$/s.exec(line) ?? [];
      return name === undefined || value === undefined || name === "ETCD_WAL_DIR"
        ? []
        : [[name, value] as const];
    }),
  );

/** As flags: "ETCD_DATA_DIR" -> "--data-dir". */
export const flagsOf = (variables: Readonly<Record<string, string>>): readonly string[] =>
  Object.entries(variables).map(
    ([name, value]) =>
      `--${name.slice("ETCD_".length).toLowerCase().replaceAll("_", "-")}=${value}`,
  );

/** Absolute paths that a program's words name, with the flag. */
export const namedPaths = (
  words: readonly string[],
): readonly { readonly flag: string; readonly path: string }[] =>
  joined(words).flatMap((word) => {
    const [, flag, path] = /^--?([^=]+)=(\/.*)$/.exec(word) ?? [];
    return flag === undefined || path === undefined ? [] : [{ flag, path }];
  });
