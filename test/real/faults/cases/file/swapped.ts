import { defineCase } from "../../lab/lab-case.ts";
import { clientWithSpoiled } from "../../lab/spoiled-file.ts";

export const labCase = defineCase({
  fault: "file.swapped",
  title: "the client certificate and its key were exchanged",
  side: "file",
  async build(lab) {
    const { args, path } = await clientWithSpoiled(lab, "cert", ({ keyPem }) => keyPem);
    return { args, text: [path], fix: [path], also: [] };
  },
});
