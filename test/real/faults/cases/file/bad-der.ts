import { defineCase } from "../../lab/lab-case.ts";
import { clientWithSpoiled, relabelled } from "../../lab/spoiled-file.ts";

export const labCase = defineCase({
  fault: "file.bad-der",
  title: "the block of the client certificate holds something else",
  side: "file",
  async build(lab) {
    const { args, path } = await clientWithSpoiled(lab, "cert", () =>
      relabelled("CERTIFICATE", Buffer.alloc(300, 0x5a)),
    );
    return { args, text: [path], fix: [path], also: [] };
  },
});
