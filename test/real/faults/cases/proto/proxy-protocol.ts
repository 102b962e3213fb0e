import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "proto.proxy-protocol",
  title: "the server wants a PROXY header before TLS",
  side: "config",
  async build(lab) {
    const server = await lab.serves(lab.server(["127.0.0.1"], lab.ca("CN=lab")));
    const port = await lab.relay(server, (bytes) => {
      const line = bytes.indexOf("\r\n");
      return bytes.subarray(0, 6).equals(Buffer.from("PROXY ")) && line > 0
        ? bytes.subarray(line + 2)
        : undefined;
    });
    return {
      args: [`127.0.0.1:${port}`],
      text: [`127.0.0.1:${port}`],
      fix: [`127.0.0.1:${port}`],
      also: [],
    };
  },
});
