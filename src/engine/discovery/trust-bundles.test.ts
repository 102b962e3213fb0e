import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubernetesApi } from "../../ports/kubernetes.ts";
import { trustBundlesPath } from "./trust-bundles.ts";

const v1 = "/apis/certificates.k8s.io/v1";
const beta = "/apis/certificates.k8s.io/v1beta1";
const list = `${v1}/clustertrustbundles`;
const resources = (...names: readonly string[]): string =>
  JSON.stringify({ resources: names.map((name) => ({ name })) });

/** What is found where the API answers so; any other path is answered with 404. */
const foundWith = (answers: Readonly<Record<string, readonly [number, string?]>>) =>
  trustBundlesPath({
    text: async (path: string) => {
      const [status, body = ""] = answers[path] ?? [404];
      return { status, body };
    },
  } as unknown as KubernetesApi);

test("the group says whether the API has ClusterTrustBundles", async () => {
  assert.equal(await foundWith({ [v1]: [200, resources("clustertrustbundles")] }), list);
  assert.equal(
    await foundWith({ [v1]: [200, resources("certificatesigningrequests")] }),
    undefined,
  );
  assert.equal(
    await foundWith({ [v1]: [200, resources()], [beta]: [200, resources("clustertrustbundles")] }),
    `${beta}/clustertrustbundles`,
  );
});

test("where the group may not be seen, a list that is absent or may not be seen either is not asked for", async () => {
  const forbidden = { [v1]: [403], [beta]: [403] } as const;
  assert.equal(await foundWith(forbidden), undefined);
  assert.equal(await foundWith({ ...forbidden, [`${list}?limit=1`]: [403] }), undefined);
  assert.equal(await foundWith({ ...forbidden, [`${list}?limit=1`]: [200] }), list);
});

test("where the group cannot be read for another reason, the list says why", async () => {
  assert.equal(await foundWith({ [v1]: [503], [`${list}?limit=1`]: [503] }), list);
  assert.equal(await foundWith({ [v1]: [503], [beta]: [503] }), undefined);
});
