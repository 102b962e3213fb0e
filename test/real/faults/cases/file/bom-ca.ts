import { defineCase } from "../../lab/lab-case.ts";
import { clientWithSpoiled } from "../../lab/spoiled-file.ts";

export const labCase = defineCase({
  fault: "file.bom",
  title: "an editor put a byte order mark before the CA",
  side: "file",
  async build(lab) {
    const { args, path } = await clientWithSpoiled(lab, "ca", ({ caPem }) => `\ufeff${caPem}`);
    return { args, text: [path], fix: [path], also: [] };
  },
});
