import { joinConfiguration } from "../../lab/kubeadm-join.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "trust.pin-mismatch",
  title: "a JoinConfiguration of the cluster before this one",
  side: "config",
  async build(lab) {
    const ca = lab.ca("CN=kubernetes");
    const file = lab.certificates("ca.crt", ca);
    const join = joinConfiguration(lab, `sha256:${"12".repeat(32)}`);
    return {
      args: [join, "--ca", file],
      text: ["CN=kubernetes", file],
      fix: [`sha256:${ca.certificate.publicKey.id}`],
      evidence: [`${join}:8`],
      also: [],
    };
  },
});
