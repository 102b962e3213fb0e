import { defineCase } from "../../lab/lab-case.ts";
import { clientWithSpoiled } from "../../lab/spoiled-file.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "the certificate file has the key behind it, as kubelet's has",
  async build(lab) {
    const { args } = await clientWithSpoiled(
      lab,
      "cert",
      ({ certPem, keyPem }) => certPem + keyPem,
    );
    return { args };
  },
});
