import { symlinkSync } from "node:fs";
import { defineCase } from "../../lab/lab-case.ts";
import { clientWithSpoiled } from "../../lab/spoiled-file.ts";

export const labCase = defineCase({
  fault: "file.dangling-symlink",
  title: "the client certificate is a link to a file that was never made",
  side: "file",
  async build(lab) {
    const { args, path } = await clientWithSpoiled(lab, "cert", (_good, at) =>
      symlinkSync("nowhere.crt", at),
    );
    return { args, text: [path], fix: [path], also: [] };
  },
});
