import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.expired",
  title: "HAProxy with the code in its log format",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      "Nov 22 10:12:01 lb haproxy[7]: 10.0.0.7:40312 [22/Nov/2026:10:12:01.123] fe/1: SSL client certificate not trusted ssl_c_err=10\n",
    text: ["10.0.0.7", "haproxy"],
    fix: ["10.0.0.7"],
  }),
});
