/** A bearer token reaches nobody but the server that the kubeconfig trusts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { callDoctor } from "./lab/call-doctor.ts";
import { inBase64, kubeconfig } from "./lab/kubernetes.ts";
import { Lab } from "./lab/lab.ts";

const token = "header.payload.signature";

/** Authorization headers that a server got when doctor looked at a kubeconfig that trusts `trusted`. */
const headersSeen = async (names: readonly string[], isTrusted: boolean): Promise<string[]> => {
  const lab = new Lab();
  try {
    const ca = lab.ca("CN=kubernetes");
    const seen: string[] = [];
    const port = await lab.https({
      ...lab.pemPair(lab.server(names, ca)),
      answer: (request, response) => {
        if (request.headers.authorization !== undefined) seen.push(request.headers.authorization);
        response.statusCode = 401;
        response.end();
      },
    });
    const trusted = lab.certificates("ca.crt", isTrusted ? ca : lab.ca("CN=kubernetes"));
    const file = kubeconfig(lab, "config", {
      server: `https://127.0.0.1:${port}`,
      cluster: { "certificate-authority-data": inBase64(trusted) },
      user: { token },
    });
    const { told } = await callDoctor({ args: [file] });
    assert.ok(!JSON.stringify(told).includes(token), "the verdict shows the token");
    return seen;
  } finally {
    await lab.close();
  }
};

test("the trusted server is shown the token once", async () => {
  assert.deepEqual(await headersSeen(["127.0.0.1"], true), [`Bearer ${token}`]);
});

test("a server of another CA with the same name is not shown the token", async () => {
  assert.deepEqual(await headersSeen(["127.0.0.1"], false), []);
});

test("a server of the right CA under another name is not shown the token", async () => {
  assert.deepEqual(await headersSeen(["other.example"], true), []);
});
