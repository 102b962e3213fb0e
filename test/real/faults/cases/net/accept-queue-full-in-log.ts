import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.accept-queue-full",
  title: "the kernel of the server says that it drops connections",
  side: "server",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      "Nov 22 10:12:01 etcd1 kernel: TCP: request_sock_TCP: Possible SYN flooding on port 2379. Dropping request.  Check SNMP counters.\n",
    text: ["2379"],
    fix: ["2379"],
  }),
});
