import { defineCase } from "../../lab/lab-case.ts";
import { clientWithSpoiled } from "../../lab/spoiled-file.ts";

export const labCase = defineCase({
  fault: "file.swapped",
  title: "the CA file is a private key",
  side: "file",
  async build(lab) {
    const { args, path } = await clientWithSpoiled(lab, "ca", ({ keyPem }) => keyPem);
    return { args, text: [path], fix: [path], also: [] };
  },
});
