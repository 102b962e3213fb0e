import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "client.no-clientauth",
  title: "s_server's own words",
  build: async () => ({
    args: ["--log", "-"],
    stdin:
      "depth=0 CN = web\nverify error:num=26:unsuitable certificate purpose\n140351:error:0A000086:SSL routines:tls_process_client_certificate:certificate verify failed:../ssl/statem/statem_srvr.c:3510:\n",
    text: ["clientAuth"],
    fix: ["clientAuth"],
  }),
});
