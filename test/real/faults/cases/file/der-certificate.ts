import { defineCase } from "../../lab/lab-case.ts";
import { clientWithSpoiled } from "../../lab/spoiled-file.ts";

export const labCase = defineCase({
  fault: "file.der",
  title: "the client certificate is base64 without its lines",
  side: "file",
  async build(lab) {
    const { args, path } = await clientWithSpoiled(lab, "cert", ({ certPem }) =>
      certPem.replaceAll(/-----.*-----\n/g, ""),
    );
    return { args, text: [path], fix: [path], also: [] };
  },
});
