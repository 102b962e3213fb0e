import { execFileSync } from "node:child_process";
import { defineCase } from "../../lab/lab-case.ts";
import { clientWithSpoiled } from "../../lab/spoiled-file.ts";

export const labCase = defineCase({
  fault: "file.not-regular",
  title: "the key is a FIFO into which nobody writes",
  side: "file",
  async build(lab) {
    const { args, path } = await clientWithSpoiled(
      lab,
      "key",
      (_good, at) => void execFileSync("mkfifo", [at]),
    );
    return { args, text: [path], fix: [path], also: [] };
  },
});
