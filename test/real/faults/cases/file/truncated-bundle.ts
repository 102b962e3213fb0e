import { defineCase } from "../../lab/lab-case.ts";
import { clientWithSpoiled } from "../../lab/spoiled-file.ts";

export const labCase = defineCase({
  fault: "file.truncated",
  title: "the last CA of the bundle was cut off",
  side: "file",
  async build(lab) {
    const { args, path } = await clientWithSpoiled(
      lab,
      "ca",
      ({ caPem, certPem }) => caPem + certPem.slice(0, 300),
    );
    return { args, text: [path], fix: [path], also: [] };
  },
});
