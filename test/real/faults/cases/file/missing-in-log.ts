import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "file.missing",
  title: "all there is is what Node printed",
  side: "file",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      "Error: ENOENT: no such file or directory, open '/etc/app/tls/client.crt'\n    at Object.open (node:fs:1)\n",
    text: ["/etc/app/tls/client.crt"],
    fix: ["/etc/app/tls/client.crt"],
    also: [],
  }),
});
