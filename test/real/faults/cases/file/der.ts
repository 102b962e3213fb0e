import { defineCase } from "../../lab/lab-case.ts";
import { clientWithSpoiled } from "../../lab/spoiled-file.ts";

export const labCase = defineCase({
  fault: "file.der",
  title: "the CA file is DER",
  side: "file",
  async build(lab) {
    const { args, path } = await clientWithSpoiled(lab, "ca", ({ caDer }) => caDer);
    return { args, text: [path], fix: [path], also: [] };
  },
});
