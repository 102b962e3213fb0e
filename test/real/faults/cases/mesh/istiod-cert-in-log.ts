import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "mesh.istiod-cert",
  title: "kube-apiserver cannot call Istio's validation",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      'Error from server (InternalError): error when creating "gw.yaml": Internal error occurred: failed calling webhook "pilot.validation.istio.io": Post "https://istio-galley.istio-system.svc:443/admitpilot?timeout=30s": x509: certificate has expired or is not yet valid: current time 2026-11-23T10:00:00Z is after 2026-11-20T10:00:00Z\n',
    text: ["pilot.validation.istio.io", "expired"],
    fix: ["istiod"],
  }),
});
