import { defineCase } from "../../lab/lab-case.ts";
import { day } from "../../lab/lab.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "a certificate for a day, as meshes have them, half of it gone",
  async build(lab) {
    const ca = lab.ca("CN=lab-ca");
    const port = await lab.serves(
      lab.server(["127.0.0.1"], ca, { notBefore: lab.now - day / 2, notAfter: lab.now + day / 2 }),
    );
    return {
      args: [`127.0.0.1:${port}`, "--ca", lab.certificates("ca.crt", ca)],
      also: [],
    };
  },
});
