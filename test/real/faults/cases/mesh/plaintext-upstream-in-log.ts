import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "mesh.plaintext-upstream",
  title: "the calling sidecar's access log",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      '[2026-11-23T10:00:00.000Z] "GET / HTTP/1.1" 503 UF upstream_reset_before_response_started{remote_connection_failure,TLS_error:|268435703:SSL_routines:OPENSSL_internal:WRONG_VERSION_NUMBER:TLS_error_end} - "TLS_error:|268435703:SSL_routines:OPENSSL_internal:WRONG_VERSION_NUMBER" 0 201 12 - "-" "curl/7.88" "x" "legacy" "10.4.2.7:80" outbound|80||legacy.shop.svc.cluster.local - 10.0.0.1:80 10.4.1.9:51234 - default\n',
    text: ["legacy.shop.svc.cluster.local"],
    fix: ["DestinationRule", "legacy.shop.svc.cluster.local"],
  }),
});
