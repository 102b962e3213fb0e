import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "mesh.ztunnel-not-rotated",
  title: "ztunnel's access log",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      '2026-11-23T10:00:00.000000Z\terror\taccess\tconnection complete\tsrc.addr=10.4.1.9:40000 src.workload="cart-7d9" src.namespace="shop" dst.addr=10.4.2.7:15008 dst.hbone_addr=10.4.2.7:8080 dst.workload="web-5c8" direction="outbound" bytes_sent=0 bytes_recv=0 duration="3ms" error="io error: received fatal alert: CertificateExpired"\n',
    text: ["ztunnel"],
    fix: ["ztunnel"],
  }),
});
