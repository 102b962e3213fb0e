import { defineCase } from "../../lab/lab-case.ts";
import { clientWithSpoiled } from "../../lab/spoiled-file.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "the CA file holds the CA twice and comments",
  async build(lab) {
    const { args } = await clientWithSpoiled(
      lab,
      "ca",
      ({ caPem }) => `# old and new\n${caPem}\n${caPem}`,
    );
    return { args };
  },
});
