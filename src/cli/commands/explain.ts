import { faultIds } from "../../core/diagnosis/fault-id.ts";
import { faults } from "../../core/diagnosis/faults/index.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import { nearest } from "../../core/text/nearest.ts";
import { defineCommand } from "../command.ts";
import { columns, outputOption, writeData } from "../output.ts";

export const command = defineCommand({
  description:
    "Explains a fault that `certwright doctor` names: how it comes about, how it shows, how to mend it. Without an id it lists all of them.",
  arguments: {
    fault: { description: "id of a fault, such as client.expired", optional: true },
  },
  options: { output: outputOption("json", "yaml") },
  examples: [
    { command: "certwright explain client.expired", does: "Read about one fault" },
    { command: "certwright explain", does: "List all faults" },
  ],
  async run(terminal, { arguments: { fault: id }, options: { output } }) {
    const data = (one: (typeof faults)[number]) => ({
      fault: one.id,
      title: one.title,
      side: one.side,
      severity: one.severity,
      explain: one.explain,
      cites: one.cites,
    });
    if (id === undefined) {
      if (output !== "text") return writeData(terminal, output, faults.map(data));
      terminal.write(columns(faults.map((one) => [one.id, one.title])));
      return;
    }
    const found = faults.find((one) => one.id === id);
    if (found === undefined)
      throw failure("usage.invalid-option", {
        option: "<fault>",
        value: id,
        expected: "the id of a fault",
        nearest: nearest(id, faultIds),
      });
    if (output !== "text") return writeData(terminal, output, data(found));
    terminal.write(
      `${terminal.style("bold", `${found.id}: ${found.title}`)}\n\n${found.explain}\n\nSources:\n${found.cites.map((cite) => `  ${cite}\n`).join("")}`,
    );
  },
});
