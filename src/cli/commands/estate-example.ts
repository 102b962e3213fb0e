import { estateExample, kubernetesExample } from "../../adapters/estate/example.ts";
import { defineCommand } from "../command.ts";

const examples = { etcd: estateExample, kubernetes: kubernetesExample } as const;

export const command = defineCommand({
  description:
    "Prints a certwright.yaml that is correct as it is, for three etcd members or for a Kubernetes cluster that kubeadm has made; put your own names and addresses in. For a cluster that runs, certwright discover writes its own.",
  options: {
    for: {
      flag: "--for <what>",
      description: "etcd or kubernetes",
      choices: ["etcd", "kubernetes"],
      default: "etcd",
    },
  },
  examples: [
    { command: "certwright estate example > certwright.yaml", does: "Start an estate file" },
    {
      command: "certwright estate example --for kubernetes > certwright.yaml",
      does: "Start one for a Kubernetes cluster",
    },
  ],
  async run(terminal, { options }) {
    terminal.write(examples[options.for]);
  },
});
