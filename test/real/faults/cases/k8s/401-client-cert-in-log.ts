import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.401-client-cert",
  title: "kube-apiserver's log names the certificate by its serial",
  side: "client",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      'E1123 01:49:20.636878    3195 authentication.go:75] "Unable to authenticate the request" err="verifying certificate SN=1073741830, SKID=38:D5:77:3A, AKID=E6:30:72:6F failed: x509: certificate signed by unknown authority"\n',
    text: ["1073741830", "unknown authority"],
    fix: ["E6:30:72:6F"],
  }),
});
