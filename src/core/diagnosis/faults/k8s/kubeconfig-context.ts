import { nearest } from "../../../text/nearest.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import type { Case } from "../../case.ts";
import type { Config } from "../../config.ts";
import { kubeconfigsOf, currentEntries, namesIn } from "../../kubernetes.ts";
import { locationText } from "../../location.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "k8s.kubeconfig-context",
  title: "Kubeconfig's current context leads nowhere",
  side: "config",
  severity: "fault",
  stage: "config",
  cites: [
    "k8s.io/client-go tools/clientcmd: ConfirmUsable",
    "kubectl: context was not found for specified context",
  ],
  explain: `A kubeconfig has lists of clusters, users and contexts, and \`current-context\` names one of the contexts.
When that name is empty, misspelled, or the context names a cluster or user that is in no list, kubectl says "context
was not found for specified context", or talks to http://localhost:8080 as if there were no kubeconfig at all.`,
  detect: (seen) => kubeconfigsOf(seen).map(fromConfig).find(isThere) ?? fromLog(seen),
});

const isThere = (one: Detected | undefined): one is Detected => one !== undefined;

const quoted = (names: readonly string[]): string =>
  names.length === 0 ? "none" : names.map((name) => `"${name}"`).join(", ");

const fromConfig = (config: Config): Detected | undefined => {
  const { context, cluster, user } = currentEntries(config);
  const { fields, file } = config;
  const wanted = fields["current-context"];
  if (context === undefined) {
    const known = namesIn(config, "contexts");
    const written = wanted?.value ?? "";
    const close = nearest(written, known) ?? known[0];
    return {
      text:
        written === ""
          ? `${file} sets no current-context; it has the contexts ${quoted(known)}`
          : `the current context "${written}" of ${file} is not among its contexts: ${quoted(known)}`,
      subject: file,
      certainty: "proved",
      evidence: [
        `${wanted === undefined ? file : locationText(wanted.at)}: current-context is "${written}"`,
        `contexts in ${file}: ${quoted(known)}`,
      ],
      breaks: "kubectl does not know which cluster to ask, and as whom",
      fix: [
        {
          does: `set current-context in ${file} to one that is there${close === undefined ? "" : `, for example "${close}"`}`,
          command: `kubectl config use-context ${shellWord(close ?? "NAME")} --kubeconfig ${shellWord(file)}`,
        },
      ],
    };
  }
  for (const [list, what, found] of [
    ["clusters", "cluster", cluster],
    ["users", "user", user],
  ] as const) {
    const named = fields[`${context}.context.${what}`];
    if (found !== undefined) continue;
    if (named === undefined && what === "user") continue;
    const known = namesIn(config, list);
    const close = nearest(named?.value ?? "", known) ?? known[0];
    return {
      text: `the context "${wanted!.value}" of ${file} names the ${what} "${named?.value ?? ""}", which is not in the file`,
      subject: file,
      certainty: "proved",
      evidence: [
        `${locationText(named?.at ?? wanted!.at)}: ${what} is "${named?.value ?? ""}"`,
        `${list} in ${file}: ${quoted(known)}`,
      ],
      breaks: "kubectl does not know which cluster to ask, or as whom",
      fix: [
        {
          does: `let the context name a ${what} that is in ${file}${close === undefined ? "" : `, for example "${close}"`}`,
          command: `kubectl config set-context ${shellWord(wanted!.value)} --${what} ${shellWord(close ?? "NAME")} --kubeconfig ${shellWord(file)}`,
        },
      ],
    };
  }
  return undefined;
};

const fromLog = ({ log }: Case): Detected | undefined => {
  const line = log.find(({ raw }) =>
    /context was not found for specified context|context "[^"]*" does not exist|no context exists with the name/.test(
      raw,
    ),
  );
  if (line === undefined) return undefined;
  const name = /context: ?"?([^\s"]+)|context "([^"]*)"|the name: "([^"]*)"/.exec(line.raw);
  const context = name?.[1] ?? name?.[2] ?? name?.[3] ?? "";
  return {
    text: `the context "${context}" is not in the kubeconfig that kubectl reads`,
    subject: context,
    certainty: "proved",
    evidence: [`${line.file}:${line.line}: ${line.raw}`],
    breaks: "kubectl does not know which cluster to ask",
    fix: [
      {
        does: `choose a context that is there in place of "${context}", or give the file that has it with --kubeconfig`,
        command: "kubectl config get-contexts",
      },
    ],
  };
};
