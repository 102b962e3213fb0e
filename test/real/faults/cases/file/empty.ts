import { defineCase } from "../../lab/lab-case.ts";
import { clientWithSpoiled } from "../../lab/spoiled-file.ts";

export const labCase = defineCase({
  fault: "file.empty",
  title: "the CA file is empty",
  side: "file",
  async build(lab) {
    const { args, path } = await clientWithSpoiled(lab, "ca", () => "");
    return { args, text: [path], fix: [path], also: [] };
  },
});
