import { defineCase } from "../../lab/lab-case.ts";
import { clientWithSpoiled } from "../../lab/spoiled-file.ts";

export const labCase = defineCase({
  fault: "file.joined-blocks",
  title: "the certificate lost its line breaks",
  side: "file",
  async build(lab) {
    const { args, path } = await clientWithSpoiled(lab, "cert", ({ certPem }) =>
      certPem.replaceAll("\n", ""),
    );
    return { args, text: [path], fix: [path], also: [] };
  },
});
