/** The Kubernetes port against a real kube-apiserver, with every way to be known and every refusal. */
import assert from "node:assert/strict";
import { chmodSync, renameSync } from "node:fs";
import { after, test, type TestContext } from "node:test";
import { httpsKubernetes } from "../../src/adapters/kubernetes/https-kubernetes.ts";
import { CertwrightError } from "../../src/core/errors/certwright-error.ts";
import type { KubernetesApi, KubernetesObject } from "../../src/ports/kubernetes.ts";
import { componentProgram } from "../../tools/components/cache.ts";
import { leaveOut } from "../left-out.ts";
import {
  inBase64,
  kubeconfig,
  sharedKubernetes,
  stopSharedKubernetes,
  type Kubernetes,
  type KubeconfigWish,
} from "./faults/lab/kubernetes.ts";
import { Lab } from "./faults/lab/lab.ts";

after(stopSharedKubernetes);

/** Of one call; the machine may be busy. */
const deadline = 30_000;

interface Bench {
  readonly lab: Lab;
  readonly kubernetes: Kubernetes;
  /** A kubeconfig with the right CA. */
  write(name: string, wish?: Partial<KubeconfigWish>): string;
  open(path: string): Promise<KubernetesApi>;
  /** As system:masters. */
  admin(): Promise<KubernetesApi>;
}

const withApi = async (t: TestContext, use: (bench: Bench) => Promise<void>): Promise<void> => {
  if (componentProgram("kubernetes", "kube-apiserver") === undefined) {
    leaveOut(t, "no kube-apiserver: npm run components kubernetes");
    return;
  }
  const kubernetes = await sharedKubernetes();
  const lab = new Lab();
  const opened: KubernetesApi[] = [];
  const bench: Bench = {
    lab,
    kubernetes,
    write: (name, wish = {}) =>
      kubeconfig(lab, name, {
        server: `https://127.0.0.1:${kubernetes.port}`,
        cluster: { "certificate-authority": kubernetes.caFile },
        ...wish,
      }),
    async open(path) {
      const api = await httpsKubernetes.open({ kubeconfig: path, deadline });
      opened.push(api);
      return api;
    },
    admin() {
      const { cert, key } = kubernetes.admin;
      return bench.open(
        bench.write("admin.conf", { user: { "client-certificate": cert, "client-key": key } }),
      );
    },
  };
  try {
    await use(bench);
  } finally {
    for (const api of opened) api.close();
    await lab.close();
  }
};

const fails = async (work: () => Promise<unknown>): Promise<CertwrightError> => {
  const error: unknown = await work().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof CertwrightError, `threw ${String(error)}`);
  return error;
};

const configMap = (name: string, data: Readonly<Record<string, string>> = {}) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name },
  data,
});

const here = "/api/v1/namespaces/default/configmaps";

test("objects are made, read, listed page by page, patched in each of the three ways, and removed", (t) =>
  withApi(t, async ({ admin }) => {
    const api = await admin();
    assert.equal((await api.text("/readyz")).body, "ok");
    const before = await api.get(`${here}/one`);
    assert.equal(before, undefined);
    for (const name of ["one", "two", "three", "four", "five"])
      await api.create(here, configMap(name, { name }));
    const listed: KubernetesObject[] = [];
    for await (const one of api.list(here, { pageSize: 2 })) listed.push(one);
    const names = listed.map(({ metadata }) => metadata.name);
    for (const name of ["one", "two", "three", "four", "five"])
      assert.ok(names.filter((one) => one === name).length === 1, names.join(" "));
    assert.ok(listed.every(({ kind, apiVersion }) => kind === "ConfigMap" && apiVersion === "v1"));

    const merged = await api.patch(`${here}/one`, "merge", { data: { more: "1", name: null } });
    assert.deepEqual(merged["data"], { more: "1" });
    const add = [{ op: "add", path: "/data/added", value: "2" }];
    assert.deepEqual((await api.patch(`${here}/one`, "json", add))["data"], {
      more: "1",
      added: "2",
    });
    const strategic = await api.patch(`${here}/one`, "strategic", { data: { more: "3" } });
    assert.deepEqual(strategic["data"], { more: "3", added: "2" });
    assert.equal(await api.delete(`${here}/one`), true);
    assert.equal(await api.delete(`${here}/one`), false);
    assert.equal((await api.text("/nowhere")).status, 404);
  }));

test("an object that another one changed is a conflict", (t) =>
  withApi(t, async ({ admin }) => {
    const api = await admin();
    const made = await api.create(here, configMap("contested"));
    await api.patch(`${here}/contested`, "merge", { data: { a: "1" } });
    const late = await fails(() =>
      api.patch(`${here}/contested`, "merge", {
        metadata: { resourceVersion: made.metadata.resourceVersion },
        data: { a: "2" },
      }),
    );
    assert.equal(late.code, "kubernetes.conflict");
    assert.match(
      late.message,
      /patch configmaps default\/contested: another one was faster \(409\)/,
    );
    assert.equal((await fails(() => api.create(here, configMap("contested")))).code, late.code);
    const invalid = await fails(() => api.create(here, configMap("NOT A NAME")));
    assert.equal(invalid.code, "kubernetes.refused");
    assert.match(invalid.message, /says 422: .*NOT A NAME/);
  }));

test("credentials come inline, from files, as tokens and from exec plugins", (t) =>
  withApi(t, async ({ write, open, admin, kubernetes, lab }) => {
    const { cert, key } = kubernetes.admin;
    const api = await admin();
    await api.create("/api/v1/namespaces/default/serviceaccounts", {
      metadata: { name: "reader" },
    });
    const request = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} };
    const { status } = (await api.create(
      "/api/v1/namespaces/default/serviceaccounts/reader/token",
      request,
    )) as unknown as { readonly status: { readonly token: string } };
    const tokenFile = lab.write("token", `${status.token}\n`);
    const credential = {
      apiVersion: "client.authentication.k8s.io/v1",
      kind: "ExecCredential",
      status: { token: status.token },
    };
    const plugin = lab.write(
      "bin/give",
      `#!/bin/sh\ntest "$SAID" = please || exit 3\ncat <<'END'\n${JSON.stringify(credential)}\nEND\n`,
    );
    chmodSync(plugin, 0o700);
    const exec = `{apiVersion: client.authentication.k8s.io/v1, command: ./bin/give, env: [{name: SAID, value: please}]}`;
    const ways: Readonly<Record<string, Readonly<Record<string, string>>>> = {
      "kubernetes-admin": {
        "client-certificate-data": inBase64(cert),
        "client-key-data": inBase64(key),
      },
      token: { token: status.token },
      "token-file": { tokenFile },
      plugin: { exec },
    };
    const review = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
    for (const [name, user] of Object.entries(ways)) {
      const cluster = { "certificate-authority-data": inBase64(kubernetes.caFile) };
      const mine = await open(write(`${name}.conf`, { user, cluster }));
      const answer = await mine.create("/apis/authentication.k8s.io/v1/selfsubjectreviews", review);
      const { userInfo } = answer["status"] as { readonly userInfo: { readonly username: string } };
      assert.equal(
        userInfo.username,
        name === "kubernetes-admin" ? "admin" : "system:serviceaccount:default:reader",
      );
    }
    const refused = await fails(async () => {
      const asked = exec.replace("value: please", "value: now");
      await (await open(write("rude.conf", { user: { exec: asked } }))).text("/version");
    });
    assert.equal(refused.code, "kubernetes.plugin");
    assert.match(refused.message, /bin\/give gives no credentials: it ended with 3/);
  }));

test("a kubeconfig that changes is used as it is then, without opening it again", (t) =>
  withApi(t, async ({ write, open, kubernetes }) => {
    const stranger = write("changing.conf");
    const api = await open(stranger);
    assert.equal((await fails(() => api.get(`${here}/x`))).code, "kubernetes.forbidden");
    const { cert, key } = kubernetes.admin;
    const user = { "client-certificate": cert, "client-key": key };
    renameSync(write("next.conf", { user }), stranger);
    assert.equal(await api.get(`${here}/x`), undefined);
  }));

test("one server is asked instead of what the kubeconfig names, and a CA besides its own is trusted", (t) =>
  withApi(t, async ({ write, lab, kubernetes }) => {
    const { cert, key } = kubernetes.admin;
    const otherCa = lab.certificates("other.crt", lab.ca("CN=other"));
    const path = write("elsewhere.conf", {
      server: "https://balancer.example.org:6443",
      cluster: { "certificate-authority": otherCa, "tls-server-name": "balancer.example.org" },
      user: { "client-certificate": cert, "client-key": key },
    });
    const server = { host: "127.0.0.1", port: kubernetes.port };
    const readyz = async (trust: string | undefined): Promise<number> => {
      const api = await httpsKubernetes.open({
        kubeconfig: path,
        server,
        deadline,
        ...(trust === undefined ? {} : { trust }),
      });
      return api
        .text("/readyz")
        .then(({ status }) => status)
        .finally(() => api.close());
    };
    assert.equal(await readyz(lab.text(kubernetes.caFile)), 200);
    assert.equal((await fails(() => readyz(undefined))).code, "kubernetes.untrusted");
  }));

test("each refusal says who was refused, what, and what would help", (t) =>
  withApi(t, async ({ write, open, kubernetes, lab }) => {
    const at = async (wish: Partial<KubeconfigWish>, path = "/api/v1/secrets?limit=1") => {
      const file = write("case.conf", wish);
      return fails(async () => {
        for await (const _ of (await open(file)).list(path)) break;
      });
    };
    const nobody = await at({});
    assert.equal(nobody.code, "kubernetes.forbidden");
    assert.match(nobody.message, /user "system:anonymous" may not list secrets \(403\)/);
    assert.equal(
      nobody.hint,
      'a ClusterRole with this rule would permit it: {apiGroups: [""], resources: [secrets], verbs: [list]}',
    );
    const bad = await at({ user: { token: "not-a-token" } });
    assert.equal(bad.code, "kubernetes.unauthorized");
    assert.match(bad.message, /401.*refuses the token of .*case\.conf/);
    assert.ok(!`${bad.message} ${bad.hint}`.includes("not-a-token"));

    const otherCa = lab.certificates("other.crt", lab.ca("CN=kubernetes"));
    const untrusted = await at({ cluster: { "certificate-authority": otherCa } });
    assert.equal(untrusted.code, "kubernetes.untrusted");
    const misnamed = await at({
      cluster: {
        "certificate-authority": kubernetes.caFile,
        "tls-server-name": "elsewhere.example",
      },
    });
    assert.equal(misnamed.code, "kubernetes.untrusted");
    assert.match(misnamed.message, /elsewhere\.example/);
    const named = { "certificate-authority": kubernetes.caFile, "tls-server-name": "kubernetes" };
    assert.equal((await at({ cluster: named })).code, "kubernetes.forbidden");

    // Port 1 is nobody's (tcpmux).
    const away = await at({ server: "https://127.0.0.1:1" });
    assert.equal(away.code, "kubernetes.unreachable");
    assert.match(away.message, /^https:\/\/127\.0\.0\.1:1: .*nothing listens there/);
    const file = write("late.conf");
    const late = await fails(async () => {
      const api = await httpsKubernetes.open({ kubeconfig: file, deadline: 1 });
      await api.text("/version").finally(() => api.close());
    });
    assert.equal(late.code, "kubernetes.late");
  }));

test("what is wrong with a kubeconfig is named with line and field", (t) =>
  withApi(t, async ({ write, open, lab, kubernetes }) => {
    const of = (path: string) => fails(() => open(path));
    const faults: readonly [Promise<CertwrightError>, RegExp][] = [
      [of("/nowhere/admin.conf"), /^\/nowhere\/admin\.conf: /],
      [of(lab.write("torn.conf", "clusters: [")), /torn\.conf:1: not readable as YAML/],
      [of(lab.write("empty.conf", "kind: Config\n")), /current-context: is not set/],
      [of(write("b.conf", { current: "prod" })), /there is no context "prod"/],
      [of(write("c.conf", { context: { user: "you" } })), /context\.user: there is no user "you"/],
      [of(write("d.conf", { server: "ftp://x" })), /clusters\[0\]\.cluster\.server: "ftp:\/\/x"/],
      [
        of(write("e.conf", { user: { "client-certificate": kubernetes.admin.cert } })),
        /client-certificate: a client certificate and its key belong together/,
      ],
      [
        of(
          write("f.conf", {
            user: {
              "client-certificate": kubernetes.admin.cert,
              "client-key": kubernetes.server.key,
            },
          }),
        ),
        /client-key: is not the key of users\[0\]\.user\.client-certificate/,
      ],
      [of(write("g.conf", { user: { tokenFile: "gone" } })), /tokenFile: .*gone/],
      [of(write("h.conf", { user: { username: "me" } })), /takes no passwords since 1\.19/],
    ];
    for (const [fault, expected] of faults) {
      const error = await fault;
      assert.equal(error.code, "kubernetes.kubeconfig");
      assert.match(error.message, expected);
    }
    const { message } = await faults[6]![0];
    assert.match(message, /e\.conf:\d+: users\[0\]/);
  }));
