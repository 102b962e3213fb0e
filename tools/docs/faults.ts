import { familyTitles } from "../../src/core/diagnosis/family.ts";
import type { Fault } from "../../src/core/diagnosis/fault.ts";
import { faults } from "../../src/core/diagnosis/faults/index.ts";

const severityWords = {
  fault: "a fault",
  warning: "a warning: some programs do not mind",
  info: "worth knowing, never the verdict",
};

const page = (fault: Fault): string =>
  [
    `# ${fault.id}: ${fault.title}`,
    "",
    `Who must usually change something: the ${fault.side}. It is ${severityWords[fault.severity]}.`,
    "",
    fault.explain,
    ...(fault.explains === undefined
      ? []
      : [
          "",
          `It is told in place of: ${fault.explains.map((id) => `[${id}](${id}.md)`).join(", ")}.`,
        ]),
    "",
    "Sources:",
    "",
    ...fault.cites.map((cite) => `- ${cite}`),
    "",
    "Made from src/core/diagnosis/faults by `npm run docs`.",
    "",
  ].join("\n");

const overview = (): string => {
  const lines = [
    "# Faults that `certwright doctor` names",
    "",
    "The ids are stable: they stand in `-o json`, and none is ever renamed. `certwright explain ID` prints the same pages.",
    "",
    "Made from src/core/diagnosis/faults by `npm run docs`.",
  ];
  for (const [family, title] of Object.entries(familyTitles)) {
    const members = faults.filter(({ id }) => id.startsWith(`${family}.`));
    if (members.length === 0) continue;
    lines.push("", `## ${title}`, "", "| id | fault | side |", "|---|---|---|");
    for (const { id, title: words, side } of members)
      lines.push(`| [${id}](faults/${id}.md) | ${words} | ${side} |`);
  }
  return `${lines.join("\n")}\n`;
};

/** Pages of the reference by their path inside docs/reference. */
export const faultPages = (): ReadonlyMap<string, string> =>
  new Map([
    ["faults.md", overview()],
    ...faults.map((fault) => [`faults/${fault.id}.md`, page(fault)] as const),
  ]);
