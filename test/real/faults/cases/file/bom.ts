import { defineCase } from "../../lab/lab-case.ts";
import { clientWithSpoiled } from "../../lab/spoiled-file.ts";

export const labCase = defineCase({
  fault: "file.bom",
  title: "an editor put a byte order mark before the client certificate",
  side: "file",
  async build(lab) {
    const { args, path } = await clientWithSpoiled(
      lab,
      "cert",
      ({ certPem }) => `\ufeff${certPem}`,
    );
    return { args, text: [path], fix: [path], also: [] };
  },
});
