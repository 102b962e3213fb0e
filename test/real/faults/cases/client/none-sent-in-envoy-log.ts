import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.none-sent",
  title: "Envoy's access log",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      "TLS_error:|268435648:SSL_routines:OPENSSL_internal:PEER_DID_NOT_RETURN_A_CERTIFICATE:TLS_error_end\n",
    text: ["envoy"],
    fix: ["client certificate"],
  }),
});
