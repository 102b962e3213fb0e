import { defineCase } from "../../lab/lab-case.ts";
import { clientWithSpoiled } from "../../lab/spoiled-file.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "CR LF, text around the blocks and blanks at line ends harm nobody",
  async build(lab) {
    const { args } = await clientWithSpoiled(
      lab,
      "cert",
      ({ certPem }) => `subject=CN = calico\r\n${certPem.replaceAll("\n", " \r\n")}\r\n`,
    );
    return { args };
  },
});
