import { defineCase } from "../../lab/lab-case.ts";
import { clientWithSpoiled } from "../../lab/spoiled-file.ts";

export const labCase = defineCase({
  fault: "file.joined-blocks",
  title: "cat joined the certificate and its CA without a line break",
  side: "file",
  async build(lab) {
    const { args, path } = await clientWithSpoiled(
      lab,
      "cert",
      ({ certPem, caPem }) => certPem.trimEnd() + caPem,
    );
    return { args, text: [path], fix: [path], also: [] };
  },
});
