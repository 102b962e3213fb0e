import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "http:// on purpose, and a server without TLS",
  async build(lab) {
    const port = await lab.http();
    return { args: [`http://127.0.0.1:${port}/`], also: [] };
  },
});
