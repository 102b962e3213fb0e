import { inBase64, kubeconfig } from "../../lab/kubernetes.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "a token that the server takes",
  async build(lab) {
    const ca = lab.ca("CN=kubernetes");
    const caFile = lab.certificates("ca.crt", ca);
    const port = await lab.https({
      ...lab.pemPair(lab.server(["127.0.0.1"], ca)),
      options: { requestCert: true, rejectUnauthorized: false },
      answer: (request, response) => {
        response.statusCode = request.headers.authorization === "Bearer a.b.c" ? 200 : 401;
        response.end('{"kind":"APIVersions"}');
      },
    });
    const file = kubeconfig(lab, "ci.conf", {
      server: `https://127.0.0.1:${port}`,
      cluster: { "certificate-authority-data": inBase64(caFile) },
      user: { token: "a.b.c" },
    });
    return { args: [file], also: [] };
  },
});
