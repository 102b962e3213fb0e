import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "file.swapped",
  title: "all there is is what a Go program printed",
  side: "file",
  build: async () => ({
    args: [
      "LoadX509KeyPair: tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched",
    ],
    evidence: ["PEM inputs may have been switched"],
    also: [],
  }),
});
