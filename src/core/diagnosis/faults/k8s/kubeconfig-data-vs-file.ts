import type { Case } from "../../case.ts";
import { fieldOf } from "../../config.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { currentEntries, kubeconfigsOf } from "../../kubernetes.ts";
import { locationText } from "../../location.ts";

export const fault = defineFault({
  id: "k8s.kubeconfig-data-vs-file",
  title: "Kubeconfig gives the same thing as data and as a file",
  side: "config",
  severity: "fault",
  stage: "config",
  cites: ["k8s.io/client-go tools/clientcmd/validation.go: validateClusterInfo, validateAuthInfo"],
  explain: `A kubeconfig may name a CA, certificate or key by path (\`certificate-authority\`) or hold it as base64
(\`certificate-authority-data\`). With both, kubectl refuses to work: "certificate-authority-data and
certificate-authority are both specified for …. certificate-authority-data will override." Older programs silently take
the data, so whoever renews the file changes nothing.`,
  detect: (seen) => fromConfig(seen) ?? fromLog(seen),
});

const pairs = [
  ["cluster", "certificate-authority"],
  ["user", "client-certificate"],
  ["user", "client-key"],
] as const;

const fromConfig = (seen: Case): Detected | undefined => {
  for (const config of kubeconfigsOf(seen)) {
    const entries = currentEntries(config);
    for (const [of, key] of pairs) {
      const within = entries[of];
      const data = within === undefined ? undefined : fieldOf(config, `${within}.${key}-data`);
      const file = within === undefined ? undefined : fieldOf(config, `${within}.${key}`);
      if (data === undefined || file === undefined) continue;
      return {
        text: `${config.file} gives ${key} twice, as the file ${file.value} and as ${key}-data: kubectl refuses it`,
        subject: config.file,
        certainty: "proved",
        evidence: [
          `${locationText(file.at)} names ${file.value}`,
          `${locationText(data.at)} holds data for the same`,
        ],
        breaks:
          "kubectl ends with an error; other clients take the data and never look at the file",
        fix: [
          {
            does: `remove one of the two from ${config.file}: ${key}-data on line ${data.at.line ?? "?"} when ${file.value} is the current one, else ${key} on line ${file.at.line ?? "?"}`,
          },
        ],
      };
    }
  }
  return undefined;
};

const fromLog = ({ log }: Case): Detected | undefined => {
  const line = log.find(({ raw }) => /-data and \S+ are both specified for/.test(raw));
  if (line === undefined) return undefined;
  const parts = /(\S+)-data and \S+ are both specified for ([^.]+(?:\.\S+)*)\./.exec(line.raw);
  const key = parts?.[1] ?? "certificate-authority";
  const entry = parts?.[2] ?? "the entry";
  return {
    text: `the kubeconfig gives ${key} of "${entry}" twice, as a file and as data: kubectl refuses it`,
    subject: entry,
    certainty: "proved",
    evidence: [`${line.file}:${line.line}: ${line.raw}`],
    breaks: "kubectl ends with an error",
    fix: [
      {
        does: `remove either ${key} or ${key}-data of "${entry}" from the kubeconfig; see which one it is`,
        command: "kubectl config view --raw=false",
      },
    ],
  };
};
