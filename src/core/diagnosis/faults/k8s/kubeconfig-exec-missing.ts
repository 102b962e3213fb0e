import type { Case } from "../../case.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { kubeconfigsOf } from "../../kubernetes.ts";
import { locationText } from "../../location.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "k8s.kubeconfig-exec-missing",
  title: "Credential plugin of the kubeconfig is not installed",
  side: "config",
  severity: "fault",
  stage: "config",
  cites: ["Kubernetes client-go credential plugins: client.authentication.k8s.io"],
  explain: `The user of the kubeconfig is made known by a program (\`exec.command\`: aws, gke-gcloud-auth-plugin, kubelogin
…) that kubectl starts for every connection. It is not in PATH, or not where the path says. A path with a slash counts from
the folder of the kubeconfig. kubectl says "executable … not found". Doctor does not start the plugin: it may ask for a login.`,
  detect: (seen) => fromConfig(seen) ?? fromLog(seen),
});

const fromConfig = (seen: Case): Detected | undefined => {
  for (const config of kubeconfigsOf(seen)) {
    const [command] = Object.values(config.absent ?? {});
    if (command === undefined) continue;
    return {
      text: `the credential plugin "${command.value}" that ${config.file} names is not on this machine`,
      subject: command.value,
      certainty: "proved",
      evidence: [
        `${locationText(command.at)} names ${command.value}`,
        command.value.includes("/") ? `there is no such program` : `no folder of PATH has it`,
      ],
      breaks: "kubectl cannot make itself known, and ends",
      fix: [
        {
          does: `install ${command.value}, or write its full path in ${locationText(command.at)}; see whether it is found`,
          command: `command -v ${shellWord(command.value)}`,
        },
      ],
    };
  }
  return undefined;
};

const fromLog = ({ log }: Case): Detected | undefined => {
  const line = log.find(({ raw }) =>
    /getting credentials: exec: executable \S+ not found|exec: "[^"]+": executable file not found|getting credentials: exec: fork\/exec/.test(
      raw,
    ),
  );
  if (line === undefined) return undefined;
  const name =
    /executable (\S+) not found/.exec(line.raw)?.[1] ??
    /exec: "([^"]+)"/.exec(line.raw)?.[1] ??
    /fork\/exec (\S+?):/.exec(line.raw)?.[1] ??
    "the plugin";
  return {
    text: `the credential plugin "${name}" that the kubeconfig names cannot be started`,
    subject: name,
    certainty: "proved",
    evidence: [`${line.file}:${line.line}: ${line.raw}`],
    breaks: "kubectl cannot make itself known, and ends",
    fix: [
      {
        does: `install ${name}, or write its full path as exec.command of the user in the kubeconfig`,
        command: `command -v ${shellWord(name)}`,
      },
    ],
  };
};
