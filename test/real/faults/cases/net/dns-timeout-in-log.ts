import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.dns-timeout",
  title: "Go got no answer from its name server",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      "Error: dial tcp: lookup etcd1.corp.example on 10.255.255.53:53: read udp 10.0.0.3:40711->10.255.255.53:53: i/o timeout\n",
    text: ["etcd1.corp.example"],
    fix: ["/etc/resolv.conf"],
  }),
});
