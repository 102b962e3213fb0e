import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "file.missing",
  title: "the CA file that the client is told to use is not there",
  side: "file",
  async build(lab) {
    const server = lab.pair("server", lab.server(["127.0.0.1"], lab.ca("CN=lab")));
    const port = await lab.https({
      cert: readFileSync(server.cert, "utf8"),
      key: readFileSync(server.key, "utf8"),
    });
    const path = join(lab.folder, "nope.crt");
    return { args: [`127.0.0.1:${port}`, "--ca", path], text: [path], fix: ["--ca"], also: [] };
  },
});
