import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { Agent } from "node:https";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { connect } from "node:tls";
import { parse, stringify } from "yaml";
import { digests } from "../../../src/adapters/crypto/node-digests.ts";
import { keyMaker } from "../../../src/adapters/crypto/node-keys.ts";
import { loadPrivateKey } from "../../../src/adapters/source/identify-key.ts";
import type { Certificate } from "../../../src/core/model/certificate.ts";
import { subjectOf } from "../../../src/core/x509/names.ts";
import { writePem } from "../../../src/core/x509/pem.ts";
import { parsePublicKey } from "../../../src/core/x509/public-key.ts";
import { writeSigningRequestInfo } from "../../../src/core/x509/signing-request.ts";
import { signatureAlgorithmOf } from "../../../src/core/issuance/signature-algorithm.ts";
import { assembleSigned } from "../../../src/core/x509/write-certificate.ts";
import type { Authority } from "../../../src/engine/authority/authority.ts";
import { slots as apiserverSlots } from "../../../src/programs/kube-apiserver/slots.ts";
import { slots as managerSlots } from "../../../src/programs/kube-controller-manager/slots.ts";
import { probedVersions, readingOf } from "../../../src/programs/kubernetes/slot.ts";
import { recipeOf } from "../../../tools/components/cache.ts";
import { withAuthority } from "../../authority/bent.ts";
import { certificateOf } from "../../issuance/kubeadm-tree.ts";
import { folder } from "../../issuance/workshop.ts";
import { leaveOut } from "../../left-out.ts";
import { makeExternalCa } from "../rotation/external-ca.ts";
import {
  ask,
  controlPlanePrograms,
  layControlPlane,
  type Answer,
  type Client,
  type ControlPlane,
  type Question,
} from "./control-plane.ts";
import { stepsOf, type Step } from "./steps.ts";

/** A start takes 4 s on two quiet cores; so long it may take on busy ones. */
const deadline = 120_000;
/** So long a program is looked at before it counts as not having read a file again; and at least so often. */
const patience = 3000;
const leastLooks = 3;
const pause = 100;

const cas = {
  "kubernetes-ca": "pki/ca",
  "front-proxy-ca": "pki/front-proxy-ca",
  "etcd-ca": "pki/etcd/ca",
} as const;
type Ca = keyof typeof cas;

const pem = ({ der }: Certificate): string => writePem("CERTIFICATE", der);

const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

const until = async <T>(what: string, look: () => Promise<T | undefined>): Promise<T> => {
  const end = performance.now() + deadline;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() > end) assert.fail(`${what}: not within ${deadline} ms`);
    await sleep(pause);
  }
};

const throughout = async (what: string, look: () => Promise<boolean>): Promise<void> => {
  const end = performance.now() + patience;
  for (let i = 0; i < leastLooks || performance.now() < end; i += 1) {
    assert.ok(await look(), what);
    await sleep(pause);
  }
};

/** kubeadm's control plane with two generations of each CA, and hands and eyes for it. */
const stage = (plane: ControlPlane, authority: Authority) => {
  const root = async (ca: Ca, number: number): Promise<string> =>
    pem(
      (await authority.issuer(ca)).generations.find((one) => one.number === number)!.certificate!,
    );
  const first = new Map<string, Certificate>();
  /** As it was when kubeadm had made it. */
  const original = (file: string): Certificate => {
    const known = first.get(file) ?? certificateOf(plane.path(file));
    first.set(file, known);
    return known;
  };
  const client = async (ca: Ca, file: string, generation: number): Promise<Client> => {
    const like = original(file);
    const { presented, key } = await authority.reissue({
      issuer: ca,
      generation,
      like,
      key: "new",
    });
    return { cert: presented.map(pem).join(""), key: key!.pem("pkcs8") };
  };
  return {
    bundle: async (ca: Ca, ...generations: readonly number[]): Promise<void> => {
      const roots: string[] = [];
      for (const number of generations) roots.push(await root(ca, number));
      plane.write(`${cas[ca]}.crt`, roots.join(""));
    },
    root,
    /** The same leaf by another generation, for the key that is there. */
    leaf: async (ca: Ca, file: string, generation: number): Promise<void> => {
      const like = original(file);
      const { presented } = await authority.reissue({
        issuer: ca,
        generation,
        like,
        key: "same",
      });
      plane.write(file, presented.map(pem).join(""));
    },
    client,
    signer: async (generation: number, ...more: readonly number[]): Promise<void> => {
      const to = "node-1:/etc/kubernetes/pki/ca-signer.key";
      const { certificate, key } = await authority.signer({
        issuer: "kubernetes-ca",
        generation,
        to,
      });
      let text = pem(certificate);
      for (const number of more) text += await root("kubernetes-ca", number);
      plane.write("pki/ca-signer.key", key.pem("traditional"));
      plane.write("pki/ca-signer.crt", text);
    },
    ask: (path: string, question: Question) => ask(plane.port, path, question),
    ready: (operator: Client): Promise<Answer> =>
      until("a ready API server", async () => {
        const answer = await ask(plane.port, "/readyz", { client: operator });
        return answer?.status === 200 ? answer : undefined;
      }),
  };
};
type Stage = ReturnType<typeof stage>;

/** What the second generations are: roots of their own, or below an external root that nobody here trusts. */
const kinds = ["own", "external"] as const;
type Kind = (typeof kinds)[number];

const addSecond: Readonly<Record<Kind, (authority: Authority, dir: string) => Promise<void>>> = {
  own: async (authority) => {
    for (const name of Object.keys(cas)) await authority.addGeneration(name, { number: 2 });
  },
  external: async (authority, dir) => {
    const external = await makeExternalCa(dir);
    for (const issuer of Object.keys(cas)) {
      const { signingRequest } = await authority.requestGeneration(issuer, 2);
      const csr = join(dir, `${issuer}.csr`);
      writeFileSync(csr, writePem("CERTIFICATE REQUEST", signingRequest!));
      const files = [await external.sign(csr, issuer), external.root];
      await authority.takeAnswer({ issuer, number: 2, certificates: files.map(certificateOf) });
    }
  },
};

/** Runs the test's body with everything laid out, and ends all that it started. */
const onStage = async (
  t: TestContext,
  kind: Kind,
  body: (plane: ControlPlane, hands: Stage, step: Step) => Promise<void>,
): Promise<void> => {
  const programs = controlPlanePrograms();
  if (programs === undefined) {
    leaveOut(t, "a program is not in the cache: npm run components -- kubernetes etcd");
    return;
  }
  const plane = await layControlPlane(programs, folder(t));
  const step = stepsOf(t);
  try {
    await withAuthority(
      (ports) => ports,
      async (authority) => {
        for (const [name, file] of Object.entries(cas)) {
          const from = { certificate: `${file}.crt`, key: `${file}.key` };
          const key = loadPrivateKey(readFileSync(plane.path(from.key)))!;
          const certificates = [certificateOf(plane.path(from.certificate))];
          await authority.adopt({ name, certificates, key, from });
        }
        await addSecond[kind](authority, plane.dir);
        await body(plane, stage(plane, authority), step);
      },
    );
  } catch (error) {
    for (const name of ["etcd", "kube-apiserver", "kube-controller-manager"] as const) {
      t.diagnostic(`${name}: ${plane.log(name).split("\n").slice(-15).join("\n")}`);
    }
    throw error;
  } finally {
    await plane.close();
  }
};

test("the version that the tables call probed is that of these programs, and what is marked as probed is tried here", () => {
  const { version } = recipeOf("kubernetes");
  assert.ok(probedVersions.some((minor) => version.startsWith(`${minor}.`)));
  const probed = (slots: readonly { readonly id: string; readonly probed: boolean }[]) =>
    slots.flatMap(({ id, probed: tried }) => (tried ? [id] : []));
  assert.deepEqual(probed(apiserverSlots), [
    "serving",
    "client-trust",
    "etcd-client",
    "etcd-trust",
    "requestheader-trust",
  ]);
  assert.deepEqual(probed(managerSlots), [
    "root-ca",
    "signer",
    "kubeconfig-trust",
    "kubeconfig-client",
    "client-trust",
    "requestheader-trust",
  ]);
  const reloads = (slots: readonly (Parameters<typeof readingOf>[0] & { readonly id: string })[]) =>
    Object.fromEntries(slots.map((slot) => [slot.id, readingOf(slot, version).reload]));
  // What the tests below show; whoever changes a table has to change them.
  assert.deepEqual(
    { ...reloads(apiserverSlots), ...reloads(managerSlots) },
    {
      serving: "watch",
      "client-trust": "watch",
      "kubelet-client": "watch",
      "etcd-client": "handshake",
      "etcd-trust": "start",
      "requestheader-trust": "watch",
      "proxy-client": "watch",
      // Of the controller-manager, as of the API server.
      "root-ca": "start",
      signer: "watch",
      // Tried where tokens are made: test/real/places/tokens.slow.test.ts.
      "token-trust": "start",
      "token-signer": "start",
      "kubeconfig-trust": "start",
      "kubeconfig-client": "start",
    },
  );
});

const apiserver = (t: TestContext, kind: Kind): Promise<void> =>
  onStage(t, kind, async (plane, hands, step) => {
    const old = await hands.client("kubernetes-ca", "super-admin.conf", 1);
    const fresh = await hands.client("kubernetes-ca", "super-admin.conf", 2);
    const statusOf = async (client: Client, more: Partial<Question> = {}) =>
      (await hands.ask("/api/v1/namespaces/default", { client, ...more }))?.status;
    await plane.start("etcd");
    await plane.start("kube-apiserver");
    await hands.ready(old);
    const process = plane.pid("kube-apiserver");

    await step("client-trust: a client of the new CA is let in without a restart", async () => {
      assert.equal(await statusOf(fresh), 401);
      await hands.bundle("kubernetes-ca", 1, 2);
      await until("the new client", async () =>
        (await statusOf(fresh)) === 200 ? true : undefined,
      );
      assert.equal(await statusOf(old), 200);
    });

    await step(
      "client-trust: what is dropped counts for the next request of an open connection",
      async () => {
        const agent = new Agent({ keepAlive: true, maxSockets: 1 });
        try {
          const before = await hands.ask("/api", { client: old, agent });
          assert.equal(before?.status, 200);
          await hands.bundle("kubernetes-ca", 2);
          const after = await until("the refusal", async () => {
            const answer = await hands.ask("/api", { client: old, agent });
            return answer?.status === 401 ? answer : undefined;
          });
          assert.equal(after.from, before.from, "the same connection");
        } finally {
          agent.destroy();
        }
        await hands.bundle("kubernetes-ca", 1, 2);
        await until("the old client", async () =>
          (await statusOf(old)) === 200 ? true : undefined,
        );
      },
    );

    await step("serving: the next handshake shows the new certificate", async () => {
      assert.equal((await hands.ask("/api", { client: old }))?.signer, "kubernetes");
      await hands.leaf("kubernetes-ca", "pki/apiserver.crt", 2);
      await until("the new certificate", async () =>
        (await hands.ask("/api", { client: old }))?.signer === "kubernetes g2" ? true : undefined,
      );
    });

    await step(
      "serving: a key that does not belong to the certificate leaves the former pair",
      async () => {
        const key = readFileSync(plane.path("pki/apiserver.key"), "utf8");
        plane.write(
          "pki/apiserver.key",
          keyMaker.generate({ algorithm: "rsa", bits: 2048 }).pem("traditional"),
        );
        await throughout(
          "the former pair is served",
          async () => (await hands.ask("/api", { client: old }))?.signer === "kubernetes g2",
        );
        plane.write("pki/apiserver.key", key);
      },
    );

    await step(
      "requestheader-trust: a front proxy of the new CA is believed without a restart",
      async () => {
        const proxy = await hands.client("front-proxy-ca", "pki/front-proxy-client.crt", 2);
        const headers = { "X-Remote-User": "somebody", "X-Remote-Group": "system:masters" };
        assert.equal(await statusOf(proxy, { headers }), 401);
        await hands.bundle("front-proxy-ca", 1, 2);
        await until("the front proxy", async () =>
          (await statusOf(proxy, { headers })) === 200 ? true : undefined,
        );
      },
    );

    const etcdAnswers = async () =>
      (await hands.ask("/readyz/etcd", { client: old }))?.status === 200;
    const restartEtcd = async (): Promise<void> => {
      await plane.start("etcd");
      await until("etcd", async () =>
        plane.log("etcd").split("ready to serve client requests").length > starts
          ? true
          : undefined,
      );
      starts += 1;
    };
    let starts = 1 + (plane.log("etcd").split("ready to serve client requests").length - 1);

    await step("etcd-trust: an etcd of the new CA is believed after a restart only", async () => {
      await hands.bundle("etcd-ca", 1, 2);
      await restartEtcd();
      await until("etcd with both CAs", async () => ((await etcdAnswers()) ? true : undefined));
      await hands.leaf("etcd-ca", "pki/etcd/server.crt", 2);
      await restartEtcd();
      await until("the failure", async () => ((await etcdAnswers()) ? undefined : true));
      await throughout(
        "the API server does not believe its etcd",
        async () => !(await etcdAnswers()),
      );
      assert.equal(plane.pid("kube-apiserver"), process, "not restarted since the beginning");
      await plane.start("kube-apiserver");
      await hands.ready(old);
      assert.ok(await etcdAnswers());
    });

    await step("etcd-client: the next connection to etcd shows the new certificate", async () => {
      await hands.leaf("etcd-ca", "pki/apiserver-etcd-client.crt", 2);
      await hands.bundle("etcd-ca", 2);
      const same = plane.pid("kube-apiserver");
      await restartEtcd();
      await until("etcd that trusts the new CA alone", async () =>
        (await etcdAnswers()) ? true : undefined,
      );
      assert.equal(plane.pid("kube-apiserver"), same);
    });
  });

/** What a TLS client in Node makes of the API server when it trusts these CAs; undefined: it accepts it. */
const nodeVerdict = (
  port: number,
  ca: string,
  allowPartialTrustChain: boolean,
): Promise<string | undefined> =>
  new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, ca, allowPartialTrustChain });
    socket.on("secureConnect", () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code));
  });

test("below an external root only what certwright's CA signed is let in, and OpenSSL has to be told that a CA below a root is enough", async (t) => {
  await onStage(t, "external", async (plane, hands) => {
    const external = await makeExternalCa(plane.dir, "Corporate Root");
    await hands.bundle("kubernetes-ca", 2);
    await hands.leaf("kubernetes-ca", "pki/apiserver.crt", 2);
    await plane.start("etcd");
    await plane.start("kube-apiserver");
    await hands.ready(await hands.client("kubernetes-ca", "super-admin.conf", 2));
    const stranger = await external.client("/O=system:masters/CN=somebody");
    assert.equal((await hands.ask("/api", { client: stranger }))?.status, 401);

    const ca = await hands.root("kubernetes-ca", 2);
    const root = readFileSync(external.root, "utf8");
    assert.equal(await nodeVerdict(plane.port, ca, false), "UNABLE_TO_GET_ISSUER_CERT");
    assert.equal(await nodeVerdict(plane.port, ca, true), undefined);
    assert.equal(await nodeVerdict(plane.port, root, false), undefined);
  });
});

for (const kind of kinds) {
  test(`kube-apiserver reads each slot when the table says: ${kind} CAs`, (t) =>
    apiserver(t, kind));
}

interface ConfigMap {
  readonly data: Readonly<Record<string, string>>;
}
interface SigningRequestObject {
  readonly status?: { readonly certificate?: string };
}

const controllerManager = (t: TestContext, kind: Kind): Promise<void> =>
  onStage(t, kind, async (plane, hands, step) => {
    const manager = "kube-controller-manager";
    const old = await hands.client("kubernetes-ca", "super-admin.conf", 1);
    const fresh = await hands.client("kubernetes-ca", "super-admin.conf", 2);
    let operator = old;
    const get = async <T>(path: string): Promise<T | undefined> => {
      const answer = await hands.ask(path, { client: operator });
      return answer?.status === 200 ? (JSON.parse(answer.body) as T) : undefined;
    };
    const send = async (method: string, path: string, body: object): Promise<void> => {
      const answer = await hands.ask(path, { client: operator, method, body });
      assert.ok(answer !== undefined && answer.status < 300, `${path}: ${answer?.body}`);
    };
    /** What it publishes to a namespace, "" while there is nothing. */
    const published = async (namespace: string): Promise<string> =>
      (await get<ConfigMap>(`/api/v1/namespaces/${namespace}/configmaps/kube-root-ca.crt`))?.data[
        "ca.crt"
      ] ?? "";
    const addNamespace = (name: string) =>
      send("POST", "/api/v1/namespaces", { metadata: { name } });
    const publishes = (namespace: string, wanted: string) =>
      until(`the CA in ${namespace}`, async () =>
        (await published(namespace)) === wanted ? true : undefined,
      );
    let requests = 0;
    const request = async (): Promise<string> => {
      requests += 1;
      const name = `client-${requests}`;
      const key = keyMaker.generate({ algorithm: "ec", curve: "P-256" });
      const info = writeSigningRequestInfo({
        subject: subjectOf({ organization: [], commonName: name }),
        spki: key.spki,
        extensions: {},
      });
      const algorithm = signatureAlgorithmOf(parsePublicKey(key.spki, digests))!;
      const csr = assembleSigned(info, algorithm, key.sign(algorithm, info));
      const path = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
      const object = {
        apiVersion: "certificates.k8s.io/v1",
        kind: "CertificateSigningRequest",
        metadata: { name },
        spec: {
          request: Buffer.from(writePem("CERTIFICATE REQUEST", csr)).toString("base64"),
          signerName: "kubernetes.io/kube-apiserver-client",
          usages: ["client auth"],
        },
      };
      await send("POST", path, object);
      const now = new Date().toISOString();
      const approved = {
        type: "Approved",
        status: "True",
        reason: "Test",
        message: "by the test",
        lastUpdateTime: now,
      };
      await send("PUT", `${path}/${name}/approval`, {
        ...object,
        status: { conditions: [approved] },
      });
      return `${path}/${name}`;
    };
    const answered = async (path: string): Promise<Certificate | undefined> => {
      const certificate = (await get<SigningRequestObject>(path))?.status?.certificate;
      if (certificate === undefined) return undefined;
      plane.write("answer.crt", Buffer.from(certificate, "base64").toString("utf8"));
      return certificateOf(plane.path("answer.crt"));
    };
    const signedBy = async (): Promise<string> => {
      const path = await request();
      const certificate = await until("an answer to the request", () => answered(path));
      return certificate.issuer.rdns.flat().at(-1)!.value;
    };
    const one = await hands.root("kubernetes-ca", 1);
    const two = await hands.root("kubernetes-ca", 2);

    await plane.start("etcd");
    await plane.start("kube-apiserver");
    await hands.ready(operator);
    // kubeadm's has a ServiceAccount for each controller, whose tokens go on when its certificate is refused.
    await send("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", {
      metadata: { name: "controller-manager-is-admin" },
      roleRef: {
        apiGroup: "rbac.authorization.k8s.io",
        kind: "ClusterRole",
        name: "cluster-admin",
      },
      subjects: [
        {
          apiGroup: "rbac.authorization.k8s.io",
          kind: "User",
          name: "system:kube-controller-manager",
        },
      ],
    });

    await step("signer: with a bundle it does not start", async () => {
      await hands.signer(1, 2);
      await plane.start(manager);
      assert.notEqual(await plane.ended(manager), 0);
      assert.match(plane.log(manager), /expected 1 certificate, found 2/);
    });

    await hands.signer(1);
    await plane.start(manager);
    await publishes("default", one);
    const managerAnswers = async (client: Client, headers = {}) =>
      (await ask(plane.managerPort, "/metrics", { client, headers }))?.status;

    await step(
      "requestheader-trust: its own port believes a front proxy of the new CA without a restart",
      async () => {
        const proxy = await hands.client("front-proxy-ca", "pki/front-proxy-client.crt", 2);
        const headers = { "X-Remote-User": "somebody", "X-Remote-Group": "system:masters" };
        assert.equal(await managerAnswers(proxy, headers), 401);
        await hands.bundle("front-proxy-ca", 1, 2);
        await until("the front proxy", async () =>
          (await managerAnswers(proxy, headers)) === 200 ? true : undefined,
        );
      },
    );

    await step(
      "root-ca and client-trust: one file, published as it was at the start, and looked at anew for clients",
      async () => {
        assert.equal(await managerAnswers(fresh), 401);
        await hands.bundle("kubernetes-ca", 1, 2);
        // Its client-trust is the same file, which it reads again for that.
        await until("the new client", async () =>
          (await managerAnswers(fresh)) === 200 ? true : undefined,
        );
        await addNamespace("after-the-change");
        await publishes("after-the-change", one);
        assert.equal(await published("default"), one);
        await plane.start(manager);
        await publishes("default", one + two);
        await publishes("after-the-change", one + two);
      },
    );

    await step("signer: another pair signs without a restart", async () => {
      const process = plane.pid(manager);
      assert.equal(await signedBy(), "kubernetes");
      await hands.signer(2);
      await until("the new signer", async () =>
        (await signedBy()) === "kubernetes g2" ? true : undefined,
      );
      assert.equal(plane.pid(manager), process);
    });

    await step(
      "signer: with a bundle it signs nothing more, and goes on with one certificate",
      async () => {
        await hands.signer(2, 1);
        // One that was asked for before it had read the file is signed.
        const waiting = await until("a request without an answer", async () => {
          const path = await request();
          const end = performance.now() + patience;
          while (performance.now() < end) {
            if ((await answered(path)) !== undefined) return undefined;
            await sleep(pause);
          }
          return path;
        });
        assert.match(plane.log(manager), /expected 1 certificate, found 2/);
        await hands.signer(2);
        await until("the answer", () => answered(waiting));
      },
    );

    const inline = async (change: (config: Kubeconfig) => void): Promise<void> => {
      const config = parse(
        readFileSync(plane.path("controller-manager.conf"), "utf8"),
      ) as Kubeconfig;
      change(config);
      plane.write("controller-manager.conf", stringify(config));
    };
    const base64 = (text: string): string => Buffer.from(text).toString("base64");
    const publishesNothing = async (namespace: string): Promise<void> => {
      await addNamespace(namespace);
      await throughout(
        `nothing is published to ${namespace}`,
        async () => (await published(namespace)) === "",
      );
    };

    await step(
      "kubeconfig-trust: another CA in the kubeconfig is believed after a restart only",
      async () => {
        await inline(({ clusters: [{ cluster }] }) => {
          cluster["certificate-authority-data"] = base64(one + two);
        });
        await hands.leaf("kubernetes-ca", "pki/apiserver.crt", 2);
        await plane.start("kube-apiserver");
        await hands.ready(operator);
        await publishesNothing("distrusted");
        await plane.start(manager);
        await publishes("distrusted", one + two);
      },
    );

    await step(
      "kubeconfig-client: another certificate in the kubeconfig is shown after a restart only",
      async () => {
        const client = await hands.client("kubernetes-ca", "controller-manager.conf", 2);
        await inline(({ users: [{ user }] }) => {
          user["client-certificate-data"] = base64(client.cert);
          user["client-key-data"] = base64(client.key);
        });
        await hands.bundle("kubernetes-ca", 2);
        operator = fresh;
        await until("the old operator's refusal", async () =>
          (await hands.ask("/api", { client: old }))?.status === 401 ? true : undefined,
        );
        await publishesNothing("refused");
        await plane.start(manager);
        await publishes("refused", two);
      },
    );
  });

for (const kind of kinds) {
  test(`kube-controller-manager reads each slot when the table says: ${kind} CAs`, (t) =>
    controllerManager(t, kind));
}

interface Kubeconfig {
  readonly clusters: readonly [{ readonly cluster: Record<string, string> }];
  readonly users: readonly [{ readonly user: Record<string, string> }];
}
