import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "mesh.strict-plaintext",
  title: "the sidecar's access log",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      '[2026-11-23T10:00:00.000Z] "- - -" 0 NR filter_chain_not_found - "-" 0 0 0 - "-" "-" "-" "-" "-" - - 10.4.2.7:8080 10.4.1.9:51234 - -\n',
    text: ["PeerAuthentication STRICT"],
    fix: ["PeerAuthentication"],
  }),
});
