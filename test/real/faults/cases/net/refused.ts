import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.refused",
  title: "nothing listens on the port",
  async build(lab) {
    const port = await lab.closedPort();
    return { args: [`127.0.0.1:${port}`], text: [`127.0.0.1:${port}`], fix: [String(port)] };
  },
});
