import { defineCase } from "../../lab/lab-case.ts";
import { cacertsFolder } from "../../lab/mesh.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "a plugged-in CA of Istio as it should be",
  async build(lab) {
    const root = lab.ca("O=Corp,CN=Root CA");
    const ca = lab.ca("O=Istio,CN=Intermediate CA", { issuer: root });
    return { args: [cacertsFolder(lab, { ca, root })], also: [] };
  },
});
