import { defineCase } from "../../lab/lab-case.ts";
import { clientWithSpoiled } from "../../lab/spoiled-file.ts";

export const labCase = defineCase({
  fault: "file.jks",
  title: "the CA file is a Java key store",
  side: "file",
  async build(lab) {
    const { args, path } = await clientWithSpoiled(lab, "ca", () =>
      Buffer.from("feedfeed000000020000000100000001", "hex"),
    );
    return { args, text: [path], fix: [path], also: [] };
  },
});
