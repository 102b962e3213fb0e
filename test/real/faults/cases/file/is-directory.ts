import { mkdirSync } from "node:fs";
import { defineCase } from "../../lab/lab-case.ts";
import { clientWithSpoiled } from "../../lab/spoiled-file.ts";

export const labCase = defineCase({
  fault: "file.is-directory",
  title: "the CA file is a folder, as Docker makes it",
  side: "file",
  async build(lab) {
    const { args, path } = await clientWithSpoiled(lab, "ca", (_good, at) => mkdirSync(at));
    return { args, text: [path], fix: ["--ca"], also: [] };
  },
});
