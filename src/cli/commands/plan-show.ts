import { formatInstant } from "../../core/x509/time.ts";
import { planGraph } from "../../core/plan/explain/graph.ts";
import { planText } from "../../core/plan/explain/text.ts";
import { defineCommand } from "../command.ts";
import { outputOption, writeData } from "../output.ts";
import { readPlan } from "../run/read-plan.ts";

export const command = defineCommand({
  description:
    'Explains a plan file: its phases and steps, what each restarts, what can fail, how long it takes, how it is taken back, and what could not be seen. As a graph for Graphviz with "-o graph". Refuses a file that was changed since certwright wrote it. Looks at nothing else and changes nothing.',
  arguments: { plan: { description: "the plan file" } },
  options: { output: outputOption("json", "graph") },
  examples: [
    {
      command: "certwright plan show rotate-etcd-ca.plan.json",
      does: "Read it before agreeing to it",
    },
    {
      command: "certwright plan show rotate-etcd-ca.plan.json -o graph | dot -Tsvg > plan.svg",
      does: "Draw it",
    },
  ],
  async run(terminal, { arguments: { plan: path }, options }) {
    const plan = readPlan(path);
    switch (options.output) {
      case "text":
        terminal.write(
          planText(plan, {
            heading: (text) => terminal.style("bold", text),
            warning: (text) => terminal.style("yellow", text),
          }),
        );
        break;
      case "graph":
        terminal.write(planGraph(plan));
        break;
      case "json":
        await writeData(terminal, "json", plan);
    }
    if (terminal.now() > plan.expiresAt) {
      terminal.say(
        `${terminal.emphasize("yellow", "warning:")} it was good until ${formatInstant(plan.expiresAt)}: apply refuses it, make a new one`,
      );
    }
  },
});
