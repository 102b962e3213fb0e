import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.wrong-ca",
  title: "a Python server's exception",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      "Exception in server thread: ('10.0.0.7', 40312) ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate (_ssl.c:1006)\n",
    text: ["10.0.0.7", "python"],
    fix: ["10.0.0.7"],
  }),
});
