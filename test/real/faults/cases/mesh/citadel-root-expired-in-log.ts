import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "mesh.citadel-root-expired",
  title: "Citadel crash-loops over it",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      "2021-03-05T08:11:21.912831Z\terror\tfailed to create a Citadel: failed to create an Istio CA: cannot verify the cert with the provided root chain and cert pool\n",
    text: ["root"],
    fix: ["istio-ca-secret"],
  }),
});
