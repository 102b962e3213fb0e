import { inBase64, kubeconfig } from "../../lab/kubernetes.ts";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "k8s.403-rbac",
  title: "the API server knows bob and allows him nothing",
  side: "server",
  async build(lab) {
    const ca = lab.ca("CN=kubernetes");
    const caFile = lab.certificates("ca.crt", ca);
    // kube-apiserver 1.35 without the roles that it makes itself, in its own words.
    const port = await lab.https({
      ...lab.pemPair(lab.server(["127.0.0.1"], ca)),
      clientCa: lab.text(caFile),
      answer: (_request, response) => {
        response.writeHead(403, { "content-type": "application/json" });
        response.end(
          JSON.stringify({
            kind: "Status",
            apiVersion: "v1",
            metadata: {},
            status: "Failure",
            message: 'forbidden: User "bob" cannot get path "/api"',
            reason: "Forbidden",
            details: {},
            code: 403,
          }),
        );
      },
    });
    const { cert, key } = lab.pair("bob", lab.client("bob", ca));
    const file = kubeconfig(lab, "bob.conf", {
      server: `https://127.0.0.1:${port}`,
      cluster: { "certificate-authority-data": inBase64(caFile) },
      user: { "client-certificate-data": inBase64(cert), "client-key-data": inBase64(key) },
    });
    return {
      args: [file],
      text: ['"bob"', 'cannot get path "/api"'],
      fix: ["--user bob"],
    };
  },
});
