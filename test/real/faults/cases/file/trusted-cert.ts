import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { defineCase } from "../../lab/lab-case.ts";
import { clientWithSpoiled } from "../../lab/spoiled-file.ts";

export const labCase = defineCase({
  fault: "file.trusted-cert",
  title: "openssl x509 -trustout wrote the CA file",
  side: "file",
  needs: ["openssl"],
  async build(lab) {
    const { args, path } = await clientWithSpoiled(
      lab,
      "ca",
      ({ folder }, at) =>
        void execFileSync("openssl", [
          "x509",
          "-in",
          join(folder, "ca.crt"),
          "-trustout",
          "-out",
          at,
        ]),
    );
    return { args, text: [path], fix: [path], also: [] };
  },
});
