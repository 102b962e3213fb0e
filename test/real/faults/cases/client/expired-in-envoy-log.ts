import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.expired",
  title: "Envoy's access log",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      "[2026-11-22T10:12:01.123Z] downstream=10.0.0.7:40312 TLS_error:|268435581:SSL_routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:verify_cert_failed:_X509_verify_cert:_certificate_verification_error_at_depth_0:_certificate_has_expired:TLS_error_end\n",
    text: ["10.0.0.7", "envoy"],
    fix: ["10.0.0.7"],
  }),
});
