import type { PlanFinding } from "./finding.ts";
import type { Survey } from "./survey.ts";
import type { Breach } from "./walk/walk.ts";

/** What the walk found, for the person who asked for the plan. */
export const breachFinding = (
  { phase, kind, edge, slots, order }: Breach,
  survey: Survey,
): PlanFinding => {
  const connection = survey.edges.find(({ id }) => id === edge);
  const ends =
    connection === undefined ? slots.join(", ") : `${connection.client} to ${connection.server}`;
  return {
    rule: kind === "rollback" ? "rollback-incomplete" : "connection-would-break",
    subject: edge ?? slots.join(", "),
    text: {
      edge: `in the phase ${phase} the connection from ${ends} would fail`,
      rollback: `the rollback of the phase ${phase} would not bring ${ends} back to what it was`,
    }[kind],
    evidence: order.length === 0 ? [] : [`after ${order.join(", ")}`],
    cure: "is another rotation under way? certwright status says so; else this is a fault of certwright: report it with -o json",
  };
};
