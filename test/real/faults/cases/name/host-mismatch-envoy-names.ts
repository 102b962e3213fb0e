import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "name.host-mismatch",
  title: "Envoy tells what the server has, and not what it wanted",
  async build() {
    return {
      args: ["--log", "-"],
      stdin:
        '[2026-11-23T10:00:00.000Z] "GET / HTTP/1.1" 503 UF upstream_reset_before_response_started{remote_connection_failure|TLS_error:|268435581:SSL_routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED:verify_cert_failed:_SAN_matcher,_certificate_SANs_are_[db1.lab.test,_db2.lab.test]:TLS_error_end} - "10.0.0.9:443"\n',
      text: ["envoy", "db1.lab.test, db2.lab.test"],
      fix: ["db1.lab.test", "match_typed_subject_alt_names"],
    };
  },
});
