import type { PlanFinding } from "../finding.ts";
import { skewLimit } from "../limits.ts";
import type { Survey } from "../survey.ts";

/** Every node that is to be written to can be reached, and its clock agrees with ours. */
export const checkNodes = (survey: Survey, names: ReadonlySet<string>): readonly PlanFinding[] =>
  [...names].flatMap((name): readonly PlanFinding[] => {
    const node = survey.nodes.get(name);
    if (node === undefined) return [];
    if (!node.reachable) {
      return [
        {
          rule: "node-unreachable",
          subject: name,
          text: `${name} cannot be reached`,
          evidence: node.why === undefined ? [] : [node.why],
          cure: `make it reachable: ssh ${name} true`,
        },
      ];
    }
    const { clockSkew = 0 } = node;
    if (Math.abs(clockSkew) <= skewLimit) return [];
    const seconds = Math.round(Math.abs(clockSkew) / 1000);
    return [
      {
        rule: "clock-skew",
        subject: name,
        text: `the clock of ${name} is ${seconds} s ${clockSkew > 0 ? "ahead of" : "behind"} this machine's: it may refuse a fresh certificate`,
        evidence: [`at most ${skewLimit / 1000} s are allowed`],
        cure: `set it, on ${name}: chronyc makestep`,
      },
    ];
  });
