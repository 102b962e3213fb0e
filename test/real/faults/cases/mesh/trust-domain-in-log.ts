import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "mesh.trust-domain",
  title: "Envoy expects another identity",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      '[2026-11-23T10:00:00.000Z] "GET / HTTP/1.1" 503 UF upstream_reset_before_response_started{remote_connection_failure,TLS_error:|268435581:SSL_routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:verify_cert_failed:_SAN_matcher,_certificate_SANs_are_[spiffe://east.corp/ns/shop/sa/web]} outbound|80||web.shop.svc.cluster.local\n',
    text: ["east.corp"],
    fix: ["trustDomainAliases"],
  }),
});
