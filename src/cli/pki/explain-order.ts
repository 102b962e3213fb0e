import type { ExitCode } from "../../core/errors/definition.ts";
import { formatGeneralName } from "../../core/x509/names.ts";
import { formatInstant } from "../../core/x509/time.ts";
import type {
  Authority,
  Explained,
  IssueOrder,
  SignOrder,
} from "../../engine/authority/authority.ts";
import { columns, writeData } from "../output.ts";
import type { Terminal } from "../terminal.ts";
import { adviceFor } from "./advice.ts";
import { keyWord } from "./key-type.ts";

/** Says what would become of an order: every rule with --explain, the outcome alone with --dry-run. Exit 1 when refused. */
export const explainOrder = async (
  terminal: Terminal,
  authority: Authority,
  order: IssueOrder | SignOrder,
  options: { readonly explain: boolean; readonly output: "text" | "json" | "yaml" },
): Promise<ExitCode> => {
  const explained = advised(order, await authority.explain(order));
  if (options.output === "text") {
    if (options.explain) terminal.write(rulesText(terminal, explained));
    terminal.write(outcomeText(explained));
  } else {
    await writeData(terminal, options.output, explainedData(explained, options.explain));
  }
  return explained.passes ? 0 : 1;
};

/** The same with advice in the words of the command line. */
const advised = (order: IssueOrder | SignOrder, explained: Explained): Explained => {
  const { refusal, rules } = explained;
  return {
    ...explained,
    ...(refusal === undefined
      ? {}
      : { refusal: { ...refusal, wouldPass: adviceFor(order, refusal.wouldPass) } }),
    rules: rules.map((rule) => advisedRule(order, rule)),
  };
};

const advisedRule = (order: IssueOrder | SignOrder, rule: Explained["rules"][number]) =>
  rule.wouldPass === undefined ? rule : { ...rule, wouldPass: adviceFor(order, rule.wouldPass) };

const marks = { passes: "pass", refuses: "REFUSE", "not-reached": "-" } as const;

const rulesText = (terminal: Terminal, { rules }: Explained): string =>
  columns(
    rules.map(({ verdict, rule, demands, citation }) => [
      terminal.style(verdict === "refuses" ? "red" : "reset", marks[verdict]),
      rule,
      demands,
      terminal.style("dim", citation),
    ]),
  );

const outcomeText = ({ refusal, would, warnings }: Explained): string => {
  if (refusal !== undefined) {
    return `refused by rule ${refusal.rule}: ${refusal.message}\nwould pass: ${refusal.wouldPass}\n`;
  }
  const { subject, names, usages, notBefore, notAfter, key } = would!;
  return `would be issued\n${columns([
    ["  subject", subject || "(empty)"],
    ["  names", names.map(formatGeneralName).join(", ") || "(none)"],
    ["  usages", usages.join(", ") || "(any)"],
    ["  valid", `${formatInstant(notBefore)} to ${formatInstant(notAfter)}`],
    ["  key", key === undefined ? "of the signing request" : keyWord(key)],
    ...warnings.map((warning) => ["  warning", warning]),
  ])}`;
};

const explainedData = (explained: Explained, everyRule: boolean) => {
  const { passes, rules, refusal, would, warnings } = explained;
  return {
    passes,
    ...(refusal === undefined ? {} : { refusal }),
    ...(would === undefined
      ? {}
      : {
          would: {
            ...would,
            names: would.names.map(formatGeneralName),
            notBefore: formatInstant(would.notBefore),
            notAfter: formatInstant(would.notAfter),
            ...(would.key === undefined ? {} : { key: keyWord(would.key) }),
          },
        }),
    warnings,
    ...(everyRule ? { rules } : {}),
  };
};
