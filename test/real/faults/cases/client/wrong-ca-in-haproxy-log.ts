import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.wrong-ca",
  title: "HAProxy's default words",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      "Nov 22 10:12:01 lb haproxy[7]: 10.0.0.7:40312 [22/Nov/2026:10:12:01.123] fe/1: SSL client certificate not trusted\n",
    text: ["10.0.0.7", "haproxy"],
    fix: ["10.0.0.7"],
  }),
});
