import { flagValue } from "../manifest/flag-value.ts";

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
  switch (program) {
    case "etcd":
    case "kube-scheduler":
      return words;
    case "kube-apiserver":
      return withoutWebhooks(words);
    case "kube-controller-manager":
      return replaced(words, { controllers: controllers.join(",") });
  }
};

/** How the copy's programs differ from the manifests, in words. */
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

const isFlag = (word: string, flag: string): boolean =>
  word === `--${flag}` || word.startsWith(`--${flag}=`);

/** Absolute paths that a program's words name, with the flag. */
export const namedPaths = (
  words: readonly string[],
): readonly { readonly flag: string; readonly path: string }[] =>
  words.flatMap((word) => {
    const [, flag, path] = /^--?([^=]+)=(\/.*)$/.exec(word) ?? [];
    return flag === undefined || path === undefined ? [] : [{ flag, path }];
  });
