import { joinConfiguration } from "../../lab/kubeadm-join.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "a JoinConfiguration that pins the key of the CA at hand",
  async build(lab) {
    const ca = lab.ca("CN=kubernetes");
    const join = joinConfiguration(lab, `sha256:${ca.certificate.publicKey.id}`);
    return { args: [join, "--ca", lab.certificates("ca.crt", ca)], also: [] };
  },
});
