import { defineCase } from "../../lab/lab-case.ts";
import { clientWithSpoiled } from "../../lab/spoiled-file.ts";

export const labCase = defineCase({
  fault: "file.too-big",
  title: "the CA file is a log of 10 MB",
  side: "file",
  async build(lab) {
    const { args, path } = await clientWithSpoiled(lab, "ca", () =>
      Buffer.alloc(10_000_000, "all is well\n"),
    );
    return { args, text: [path], fix: [path], also: [] };
  },
});
