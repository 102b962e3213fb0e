import { defineCase } from "../../lab/lab-case.ts";
import { clientWithSpoiled } from "../../lab/spoiled-file.ts";

export const labCase = defineCase({
  fault: "file.utf16",
  title: "PowerShell wrote the CA file",
  side: "file",
  async build(lab) {
    const { args, path } = await clientWithSpoiled(lab, "ca", ({ caPem }) =>
      Buffer.from(`\ufeff${caPem}`, "utf16le"),
    );
    return { args, text: [path], fix: [path], also: [] };
  },
});
