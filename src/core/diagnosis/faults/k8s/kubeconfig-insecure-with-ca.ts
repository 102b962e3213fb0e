import type { Case } from "../../case.ts";
import { fieldOf } from "../../config.ts";
import { defineFault } from "../../fault.ts";
import type { Detected } from "../../finding.ts";
import { currentEntries, kubeconfigsOf } from "../../kubernetes.ts";
import { locationText } from "../../location.ts";
import { shellWord } from "../../../text/shell-word.ts";

export const fault = defineFault({
  id: "k8s.kubeconfig-insecure-with-ca",
  title: "Kubeconfig skips verification and names a CA at once",
  side: "config",
  severity: "fault",
  stage: "config",
  cites: ["k8s.io/client-go transport.TLSConfigFor"],
  explain: `\`insecure-skip-tls-verify: true\` and a CA contradict each other, and client-go refuses the two together:
"specifying a root certificates file with the insecure flag is not allowed". It happens when somebody adds the flag to get
past a certificate error. The flag has to go; the error it was to hide is the next thing to look at.`,
  detect: (seen) => fromConfig(seen) ?? fromLog(seen),
});

const fromConfig = (seen: Case): Detected | undefined => {
  for (const config of kubeconfigsOf(seen)) {
    const { cluster } = currentEntries(config);
    if (cluster === undefined) continue;
    const flag = fieldOf(config, `${cluster}.insecure-skip-tls-verify`);
    const ca =
      fieldOf(config, `${cluster}.certificate-authority-data`) ??
      fieldOf(config, `${cluster}.certificate-authority`);
    if (flag?.value !== "true" || ca === undefined) continue;
    const name = config.fields[`${cluster.replace(/\.cluster$/, "")}.name`]?.value ?? "";
    return {
      text: `${config.file} tells kubectl both to trust a CA and to verify nothing (insecure-skip-tls-verify): kubectl refuses that`,
      subject: config.file,
      certainty: "proved",
      evidence: [
        `${locationText(flag.at)} is true`,
        `${locationText(ca.at)} names a CA for the same cluster "${name}"`,
      ],
      breaks: `kubectl ends with "specifying a root certificates file with the insecure flag is not allowed"`,
      fix: [
        {
          does: `remove insecure-skip-tls-verify from ${config.file}, and keep the CA`,
          command: `kubectl config set-cluster ${shellWord(name)} --insecure-skip-tls-verify=false --kubeconfig ${shellWord(config.file)}`,
        },
      ],
    };
  }
  return undefined;
};

const fromLog = ({ log }: Case): Detected | undefined => {
  const line = log.find(({ raw }) =>
    /specifying a root certificates file with the insecure flag is not allowed/.test(raw),
  );
  return line === undefined
    ? undefined
    : {
        text: "the kubeconfig both names a CA and sets insecure-skip-tls-verify: kubectl refuses that",
        subject: line.file,
        certainty: "proved",
        evidence: [`${line.file}:${line.line}: ${line.raw}`],
        breaks: "kubectl ends before it connects",
        fix: [
          {
            does: "remove insecure-skip-tls-verify from the cluster's entry in the kubeconfig (or --insecure-skip-tls-verify from the command), and keep the CA",
            command: "kubectl config view",
          },
        ],
      };
};
