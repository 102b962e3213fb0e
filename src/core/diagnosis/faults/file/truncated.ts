import { roleText } from "../../file-evidence.ts";
import { defineFileFault } from "../../file-fault.ts";

export const fault = defineFileFault({
  id: "file.truncated",
  title: "File is cut off, or its boundary lines are damaged",
  codes: ["file.truncated", "file.bad-boundary", "file.label-mismatch"],
  told: { says: /bad end line|missing section end marker/i, certainty: "likely" },
  says: (_file, found) =>
    found?.code === "file.bad-boundary"
      ? "has a damaged BEGIN or END line"
      : found?.code === "file.label-mismatch"
        ? "has a BEGIN and an END line that do not fit each other"
        : "is cut off: a block in it is not complete",
  breaks: "programs that read it find no block, or pass over the last one",
  fix: (path, file) => [
    {
      does: `copy the ${roleText[file.role]} to ${file.name} again from where it was made, as a file and not through a terminal; see its ends`,
      command: `head -n 1 ${path}; tail -n 1 ${path}`,
    },
  ],
  explains: [
    "file.bad-base64",
    "file.bad-der",
    "trust.ca-file-empty",
    "trust.no-ca-configured",
    "client.none-sent",
    "client.rejected",
  ],
  cites: ["RFC 7468 section 3"],
  explain: `A block has a beginning and no end, or the other way round; or its first or last line is not five hyphens, BEGIN or END,
a label and five hyphens. An interrupted copy and a selection with the mouse that missed a line leave that. Node and Go
take a CA bundle with a broken last block silently, without that CA.`,
});
