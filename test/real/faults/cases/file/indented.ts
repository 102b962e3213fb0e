import { defineCase } from "../../lab/lab-case.ts";
import { clientWithSpoiled } from "../../lab/spoiled-file.ts";

export const labCase = defineCase({
  fault: "file.indented",
  title: "the CA was cut out of YAML with its indentation",
  side: "file",
  async build(lab) {
    const { args, path } = await clientWithSpoiled(lab, "ca", ({ caPem }) =>
      caPem.replaceAll(/^/gm, "    "),
    );
    return { args, text: [path], fix: [path], also: [] };
  },
});
