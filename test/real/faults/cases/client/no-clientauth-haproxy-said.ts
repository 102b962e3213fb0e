import { purpose } from "../../../../../src/core/x509/oids.ts";
import { callDoctor } from "../../lab/call-doctor.ts";
import { strictHaproxy } from "../../lab/haproxy.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.no-clientauth",
  title: "what HAProxy itself wrote, with the number in its log format",
  side: "client",
  needs: ["haproxy"],
  async build(lab) {
    const { ca, caFile, port, said } = await strictHaproxy(
      lab,
      'error-log-format "%ci:%cp [%tr] %ft: %[fc_err_str] %[ssl_fc_err_str] %[ssl_c_err]"',
    );
    const { cert, key } = lab.pair(
      "client",
      lab.client("bob", ca, { extensions: { extendedKeyUsage: [purpose.serverAuth] } }),
    );
    await callDoctor({ args: [`127.0.0.1:${port}`, "--ca", caFile, "--cert", cert, "--key", key] });
    return {
      args: ["--log", "-"],
      stdin: said(),
      text: ["127.0.0.1", "clientAuth"],
      evidence: ["not trusted"],
    };
  },
});
