import type { Question } from "./question.ts";
import { issue, now } from "./workshop.ts";

/** Whether a trusted certificate with that DNS name is for the wanted one: nothing but the name can fail. */
export const namedQuestion = (presented: string, wanted: string): Question => {
  const { der } = issue({
    subject: "CN=named",
    extensions: { subjectAltName: [{ kind: "dns", value: presented }] },
  }).certificate;
  return {
    id: `${presented} for ${wanted}`,
    leaf: der,
    intermediates: [],
    anchors: [der],
    at: now,
    name: wanted,
    usages: ["any"],
  };
};
