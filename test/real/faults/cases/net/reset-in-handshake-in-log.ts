import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "net.reset-in-handshake",
  title: "Go was reset while it waited for the server",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      'Get "https://10.0.0.7:2379/health": read tcp 10.0.0.3:51022->10.0.0.7:2379: read: connection reset by peer\n',
    text: ["10.0.0.7:2379"],
  }),
});
