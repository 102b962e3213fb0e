import { defineCase } from "../../lab/lab-case.ts";
import { clientWithSpoiled } from "../../lab/spoiled-file.ts";

export const labCase = defineCase({
  fault: "file.escaped-newlines",
  title: "the certificate was cut out of JSON",
  side: "file",
  async build(lab) {
    const { args, path } = await clientWithSpoiled(lab, "cert", ({ certPem }) =>
      certPem.replaceAll("\n", "\\n"),
    );
    return { args, text: [path], fix: [path], also: [] };
  },
});
