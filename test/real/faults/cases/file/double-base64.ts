import { defineCase } from "../../lab/lab-case.ts";
import { clientWithSpoiled } from "../../lab/spoiled-file.ts";

export const labCase = defineCase({
  fault: "file.double-base64",
  title: "the CA is base64 of PEM, out of a Secret",
  side: "file",
  async build(lab) {
    const { args, path } = await clientWithSpoiled(lab, "ca", ({ caPem }) =>
      Buffer.from(caPem).toString("base64"),
    );
    return { args, text: [path], fix: [path], also: [] };
  },
});
