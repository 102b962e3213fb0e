import { defineCase } from "../../lab/lab-case.ts";
import { clientWithSpoiled } from "../../lab/spoiled-file.ts";

export const labCase = defineCase({
  fault: "file.bad-base64",
  title: "a line of the client certificate has characters that are no base64",
  side: "file",
  async build(lab) {
    const { args, path } = await clientWithSpoiled(lab, "cert", ({ certPem }) =>
      certPem.replace(/\n.{6}/, "\n!!!!!!"),
    );
    return { args, text: [path], fix: [path], also: [] };
  },
});
