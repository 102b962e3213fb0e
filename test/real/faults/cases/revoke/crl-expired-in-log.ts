import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "revoke.crl-expired",
  title: "nginx's words",
  side: "server",
  async build(lab) {
    await Promise.resolve(lab);
    return {
      args: ["--log", "-"],
      stdin:
        '2026/11/22 10:12:01 [info] 31#31: *5 client SSL certificate verify error: (12:CRL has expired) while reading client request headers, client: 10.0.0.7, server: localhost, request: "GET / HTTP/1.1"\n',
      fix: ["ssl_crl"],
    };
  },
});
