import { defineCase } from "../../lab/lab-case.ts";
import { clientWithSpoiled } from "../../lab/spoiled-file.ts";

export const labCase = defineCase({
  fault: "file.empty",
  title: "the client certificate is a line break",
  side: "file",
  async build(lab) {
    const { args, path } = await clientWithSpoiled(lab, "cert", () => "\n");
    return { args, text: [path], fix: [path], also: [] };
  },
});
