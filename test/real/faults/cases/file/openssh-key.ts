import { defineCase } from "../../lab/lab-case.ts";
import { clientWithSpoiled, relabelled } from "../../lab/spoiled-file.ts";

export const labCase = defineCase({
  fault: "file.openssh-key",
  title: "the key is one that ssh-keygen wrote",
  side: "file",
  async build(lab) {
    const { args, path } = await clientWithSpoiled(lab, "key", () =>
      relabelled("OPENSSH PRIVATE KEY", Buffer.from("openssh-key-v1\0\0\0\0\x04none")),
    );
    return { args, text: [path], fix: [path], also: [] };
  },
});
