import { inventoryDigest } from "../../inventory/parts.ts";
import type { Fingerprint, KeyId } from "../../model/certificate.ts";
import type { Digests } from "../../model/cryptography.ts";
import type {
  CertificateFacts,
  Consumer,
  ConsumerId,
  Digest,
  Edge,
  EdgeId,
  Inventory,
  IssuerFacts,
  Place,
  Reload,
  Slot,
  SlotId,
} from "../../model/inventory.ts";

/**
 * A cluster of kubeadm's as gather finds it, for tests, the simulator and the bench: healthy, untouched, every leaf
 * from generation 1.
 *
 * Signers. `M/kube-controller-manager/signer` is always at ca-signer.{crt,key}, whatever the flags say: without
 * `holds` until a rotation splits it from ca.crt, which has to hold old and new then while a signer has to be one
 * certificate. Which files the controller-manager uses is the claim "flags" and the effect "flags.set", nothing in the
 * inventory. `M/kubeadm/ca`, `/front-proxy-ca` and `/etcd-ca` have the form "key": `path` is the ca.crt that other
 * slots write, and what is held are those certificates there that belong to the key; what is written is the key. The one for the same issuer on the
 * same node is where the flags lead before "split" and after "join".
 */
export interface ExampleKubernetes {
  readonly digests: Digests;
  readonly now: number;
  readonly masters: number;
  readonly workers: number;
  /** "daemonset/kube-system/kube-proxy": kind, namespace, name. */
  readonly workloads: readonly string[];
  /** With the key pair of ServiceAccount tokens in the PKI. */
  readonly tokens?: true;
  /** Without the operator's word that these are all clients, there is a blind spot. */
  readonly clientsComplete: boolean;
}

/** The names that discovery gives them. */
export const exampleIssuers = {
  cluster: "kubernetes-ca",
  frontProxy: "front-proxy-ca",
  etcd: "etcd-ca",
} as const;

/** The name of the key pair's issuer. */
export const exampleTokens = "service-account-keys";

/** 9999-12-31T23:59:59Z: without an end (RFC 5280 section 4.1.2.5). */
const endless = 253_402_300_799_000;
const day = 86_400_000;
const directory = "/etc/kubernetes";
const pki = `${directory}/pki`;

type Draft = Pick<Slot, "role" | "issuer" | "reload" | "place"> &
  Partial<Pick<Slot, "port" | "source">>;

export const exampleKubernetes = (example: ExampleKubernetes): Inventory => {
  const { digests, now, masters: masterCount, workers: workerCount } = example;
  const named = (words: string): string =>
    digests.sha256Hex(Uint8Array.from(words, (letter) => letter.charCodeAt(0)));
  const certificates: CertificateFacts[] = [];
  const consumers: Consumer[] = [];
  const slots: Slot[] = [];
  const edges: Edge[] = [];
  const { cluster, frontProxy, etcd } = exampleIssuers;

  const certificate = (words: string, signedBy: string, ca: boolean): Fingerprint => {
    const fingerprint = named(`certificate ${words}`) as Fingerprint;
    certificates.push({
      fingerprint,
      key: named(`key ${words}`) as KeyId,
      subject: `CN=${words}`,
      issuer: `CN=${signedBy}`,
      signedBy: named(`key ${signedBy}`) as KeyId,
      notBefore: now - 30 * day,
      notAfter: now + (ca ? 3650 : 335) * day,
      ca,
    });
    return fingerprint;
  };
  const names = [
    ...Object.values(exampleIssuers),
    ...(example.tokens === undefined ? [] : [exampleTokens]),
  ];
  const issuers = names.map((name): IssuerFacts => ({
    name,
    generations: [
      {
        number: 1,
        stage: "issuing",
        key: named(`key ${name} 1`) as KeyId,
        certificate: certificate(`${name} 1`, `${name} 1`, true),
        crossSigns: [],
        notBefore: now - 30 * day,
        notAfter: now + 3650 * day,
        canSign: true,
      },
    ],
  }));
  const caOf = new Map(issuers.map(({ name, generations }) => [name, generations[0]!.certificate]));
  const bareKey = named(`key ${exampleTokens} 1`) as string as Fingerprint;
  if (example.tokens !== undefined) {
    caOf.set(exampleTokens, bareKey);
    certificates.push({
      fingerprint: bareKey,
      key: named(`key ${exampleTokens} 1`) as KeyId,
      subject: "",
      issuer: "",
      notBefore: 0,
      notAfter: endless,
      ca: true,
    });
  }

  const consumer = (
    id: string,
    fields: Pick<Consumer, "program" | "service"> & Partial<Consumer>,
    own: Readonly<Record<string, Draft>>,
  ): void => {
    consumers.push({ id: id as ConsumerId, ...fields });
    for (const [word, draft] of Object.entries(own)) slots.push(slotOf(id, word, draft));
  };
  const slotOf = (consumerId: string, word: string, draft: Draft): Slot => {
    const id = `${consumerId}/${word}` as SlotId;
    const slot: Slot = { id, consumer: consumerId as ConsumerId, basis: "probed", ...draft };
    if (word === "signer") return slot;
    const held =
      draft.role === "presents"
        ? certificate(id, `${draft.issuer} 1`, false)
        : caOf.get(draft.issuer)!;
    const serves = draft.role === "presents" && draft.port !== undefined;
    return {
      ...slot,
      holds: {
        // Of what stands there: one file has one digest, whoever reads it.
        digest: named(`bytes of ${held}${draft.role === "signs" ? " key" : ""}`) as Digest,
        certificates: [held],
        mode: draft.place.form?.kind === "object" ? 0 : draft.role === "signs" ? 0o600 : 0o644,
        changedAt: now - 29 * day,
      },
      ...(serves ? { serves: [held] } : {}),
    };
  };
  const edge = (
    client: string,
    server: string,
    ends: {
      readonly shows?: string;
      readonly trusts?: string;
      readonly shown?: string;
      readonly trusted?: string;
    },
    word = "",
  ): void => {
    edges.push({
      id: `${client}>${server}${word}` as EdgeId,
      client: client as ConsumerId,
      server: server as ConsumerId,
      name: server.split("/")[0]!,
      ...(ends.shows === undefined ? {} : { clientPresents: `${client}/${ends.shows}` as SlotId }),
      ...(ends.trusts === undefined ? {} : { clientTrusts: `${client}/${ends.trusts}` as SlotId }),
      ...(ends.shown === undefined ? {} : { serverPresents: `${server}/${ends.shown}` as SlotId }),
      ...(ends.trusted === undefined
        ? {}
        : { serverTrusts: `${server}/${ends.trusted}` as SlotId }),
    });
  };

  const masters = Array.from({ length: masterCount }, (_, index) => `master-${index + 1}`);
  const workers = Array.from({ length: workerCount }, (_, index) => `worker-${index + 1}`);
  const pod = (node: string, program: string, index: number, rest: Partial<Consumer>) =>
    ({
      program,
      node,
      service: "static-pod",
      process: { pid: 1000 + index, startedAt: now - 28 * day },
      healthy: true,
      ...rest,
    }) as const;
  const presents = (issuer: string, reload: Reload, place: Place, port?: Slot["port"]): Draft => ({
    role: "presents",
    issuer,
    reload,
    place,
    ...(port === undefined ? {} : { port }),
  });
  const trusts = (issuer: string, reload: Reload, place: Place, port?: Slot["port"]): Draft => ({
    role: "trusts",
    issuer,
    reload,
    place,
    ...(port === undefined ? {} : { port }),
  });
  const pair = (node: string, name: string): Place => ({
    node,
    path: `${pki}/${name}.crt`,
    key: `${pki}/${name}.key`,
  });
  const bundle = (node: string, name: string): Place => ({ node, path: `${pki}/${name}.crt` });
  const inKubeconfig = (path: string, node?: string): Place => ({
    ...(node === undefined ? {} : { node }),
    path,
    form: { kind: "kubeconfig" },
  });
  const kubeconfigSlots = (
    reload: Reload,
    path: string,
    node?: string,
    words: readonly [string, string] = ["trust", "certificate"],
  ): Readonly<Record<string, Draft>> => ({
    [words[0]]: trusts(cluster, reload, inKubeconfig(path, node)),
    [words[1]]: presents(cluster, reload, inKubeconfig(path, node)),
  });
  const object = (
    resource: string,
    field: readonly string[],
    encoding: "pem" | "kubeconfig",
  ): Place => ({
    path: `${resource.split("/").at(-1)} (${field.join(".")})`,
    form: { kind: "object", resource, field, encoding },
  });
  const tokens = (
    node: string,
    form: "public-keys" | "private-key",
    port?: Slot["port"],
  ): Readonly<Record<string, Draft>> => {
    if (example.tokens === undefined) return {};
    const [word, role, file] =
      form === "public-keys"
        ? (["token-trust", "trusts", "sa.pub"] as const)
        : (["token-signer", "signs", "sa.key"] as const);
    return {
      [word]: {
        role,
        issuer: exampleTokens,
        reload: "start",
        place: { node, path: `${pki}/${file}`, form: { kind: form } },
        ...(port === undefined ? {} : { port }),
      },
    };
  };
  const all = (word: string): readonly SlotId[] => masters.map((one) => `${one}/${word}` as SlotId);

  for (const [index, node] of masters.entries()) {
    const etcdClient = { host: node, port: 2379 };
    const etcdPeer = { host: node, port: 2380 };
    const api = { host: node, port: 6443 };
    const leader = index === 0;
    consumer(
      `${node}/etcd`,
      pod(node, "etcd", index, {
        group: "etcd/main",
        redundancy: "quorum",
        version: "3.6",
        leader,
      }),
      {
        server: presents(etcd, "handshake", pair(node, "etcd/server"), etcdClient),
        peer: presents(etcd, "handshake", pair(node, "etcd/peer"), etcdPeer),
        "client-trust": trusts(etcd, "start", bundle(node, "etcd/ca"), etcdClient),
        "peer-trust": trusts(etcd, "start", bundle(node, "etcd/ca"), etcdPeer),
      },
    );
    consumer(
      `${node}/etcd-healthcheck`,
      { program: "client", node, service: "none" },
      {
        certificate: presents(etcd, "handshake", pair(node, "etcd/healthcheck-client")),
        trust: trusts(etcd, "handshake", bundle(node, "etcd/ca")),
      },
    );
    consumer(
      `${node}/kube-apiserver`,
      pod(node, "kube-apiserver", index, { group: "kube-apiserver", redundancy: "any" }),
      {
        serving: presents(cluster, "watch", pair(node, "apiserver"), api),
        "client-trust": trusts(cluster, "watch", bundle(node, "ca"), api),
        "kubelet-client": presents(cluster, "watch", pair(node, "apiserver-kubelet-client")),
        "etcd-client": presents(etcd, "handshake", pair(node, "apiserver-etcd-client")),
        "etcd-trust": trusts(etcd, "start", bundle(node, "etcd/ca")),
        "requestheader-trust": trusts(frontProxy, "watch", bundle(node, "front-proxy-ca"), api),
        "proxy-client": presents(frontProxy, "watch", pair(node, "front-proxy-client")),
        ...tokens(node, "public-keys", api),
        ...tokens(node, "private-key", api),
      },
    );
    consumer(
      `${node}/kube-controller-manager`,
      pod(node, "kube-controller-manager", index, {
        group: "kube-controller-manager",
        redundancy: "standby",
        leader,
      }),
      {
        "root-ca": trusts(cluster, "start", bundle(node, "ca")),
        signer: {
          role: "signs",
          issuer: cluster,
          reload: "watch",
          place: pair(node, "ca-signer"),
        },
        ...kubeconfigSlots("start", `${directory}/controller-manager.conf`, node, [
          "kubeconfig-trust",
          "kubeconfig-client",
        ]),
        "client-trust": trusts(cluster, "watch", bundle(node, "ca")),
        "requestheader-trust": trusts(frontProxy, "watch", bundle(node, "front-proxy-ca")),
        ...tokens(node, "private-key"),
      },
    );
    consumer(
      `${node}/kube-scheduler`,
      pod(node, "kube-scheduler", index, {
        group: "kube-scheduler",
        redundancy: "standby",
        leader,
      }),
      kubeconfigSlots("start", `${directory}/scheduler.conf`, node, [
        "kubeconfig-trust",
        "kubeconfig-client",
      ]),
    );
    const signs = (issuer: string, name: string): Draft => ({
      role: "signs",
      issuer,
      reload: "handshake",
      place: { ...pair(node, name), form: { kind: "key" } },
    });
    consumer(
      `${node}/kubeadm`,
      { program: "kubeadm", node, service: "none" },
      {
        ca: signs(cluster, "ca"),
        "front-proxy-ca": signs(frontProxy, "front-proxy-ca"),
        "etcd-ca": signs(etcd, "etcd/ca"),
      },
    );
    const people = { program: "client", node, service: "none" } as const;
    consumer(
      `${node}/admin`,
      people,
      kubeconfigSlots("handshake", `${directory}/admin.conf`, node),
    );
    // kubeadm init writes it; kubeadm join does not.
    if (leader) {
      consumer(
        `${node}/super-admin`,
        people,
        kubeconfigSlots("handshake", `${directory}/super-admin.conf`, node),
      );
    }
  }
  for (const [index, node] of [...masters, ...workers].entries()) {
    consumer(
      `${node}/kubelet`,
      {
        program: "kubelet",
        node,
        service: "systemd",
        process: { pid: 500 + index, startedAt: now - 28 * day },
        healthy: true,
      },
      {
        "client-trust": trusts(cluster, "watch", bundle(node, "ca"), { host: node, port: 10250 }),
        "kubeconfig-trust": trusts(
          cluster,
          "start",
          inKubeconfig(`${directory}/kubelet.conf`, node),
        ),
        client: presents(cluster, "start", {
          node,
          path: "/var/lib/kubelet/pki/kubelet-client-current.pem",
          form: { kind: "kubelet-pem" },
        }),
      },
    );
  }
  consumer(
    "operator/kubeconfig",
    { program: "client", service: "none" },
    kubeconfigSlots("handshake", "/root/.kube/config"),
  );

  const published = { program: "object", service: "none" } as const;
  const inKubeSystem =
    "/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication";
  consumer("cluster/cluster-info", published, {
    trust: trusts(
      cluster,
      "handshake",
      object(
        "/api/v1/namespaces/kube-public/configmaps/cluster-info",
        ["data", "kubeconfig"],
        "kubeconfig",
      ),
    ),
  });
  consumer("cluster/kube-root-ca", published, {
    trust: {
      ...trusts(
        cluster,
        "handshake",
        object("/api/v1/namespaces/*/configmaps/kube-root-ca.crt", ["data", "ca.crt"], "pem"),
      ),
      source: all("kube-controller-manager/root-ca"),
    },
  });
  consumer("cluster/client-ca", published, {
    trust: {
      ...trusts(cluster, "handshake", object(inKubeSystem, ["data", "client-ca-file"], "pem")),
      source: all("kube-apiserver/client-trust"),
    },
  });
  consumer("cluster/requestheader-ca", published, {
    trust: {
      ...trusts(
        frontProxy,
        "handshake",
        object(inKubeSystem, ["data", "requestheader-client-ca-file"], "pem"),
      ),
      source: all("kube-apiserver/requestheader-trust"),
    },
  });
  for (const id of example.workloads) {
    const namespace = id.split("/")[1]!;
    consumer(
      id,
      { program: "workload", service: "rollout", healthy: true },
      {
        trust: {
          ...trusts(
            cluster,
            "start",
            object(
              `/api/v1/namespaces/${namespace}/configmaps/kube-root-ca.crt`,
              ["data", "ca.crt"],
              "pem",
            ),
          ),
          source: ["cluster/kube-root-ca/trust" as SlotId],
        },
      },
    );
  }

  for (const node of masters) {
    for (const other of masters) {
      if (other === node) continue;
      edge(
        `${node}/etcd`,
        `${other}/etcd`,
        { shows: "peer", trusts: "peer-trust", shown: "peer", trusted: "peer-trust" },
        ":peer",
      );
    }
    const member = `${node}/etcd`;
    const served = { shown: "server", trusted: "client-trust" };
    edge(`${node}/etcd-healthcheck`, member, { shows: "certificate", trusts: "trust", ...served });
    edge(`${node}/kube-apiserver`, member, {
      shows: "etcd-client",
      trusts: "etcd-trust",
      ...served,
    });
  }
  const served = { shown: "serving", trusted: "client-trust" };
  for (const node of masters) {
    for (const program of ["kube-controller-manager", "kube-scheduler"]) {
      edge(`${node}/${program}`, `${node}/kube-apiserver`, {
        shows: "kubeconfig-client",
        trusts: "kubeconfig-trust",
        ...served,
      });
    }
  }
  const everyServer = masters.map((node) => `${node}/kube-apiserver`);
  for (const server of everyServer) {
    for (const { id, program, service } of consumers) {
      const isPerson =
        program === "client" && (id.endsWith("admin") || id === "operator/kubeconfig");
      if (program === "kubelet") {
        edge(id, server, { shows: "client", trusts: "kubeconfig-trust", ...served });
        edge(server, id, { shows: "kubelet-client", trusted: "client-trust" });
      } else if (isPerson) edge(id, server, { shows: "certificate", trusts: "trust", ...served });
      else if (service === "rollout") edge(id, server, { trusts: "trust", shown: served.shown });
    }
  }

  const inventory: Inventory = {
    format: "certwright.inventory/1",
    digest: "" as Digest,
    takenAt: now,
    estate: { lineage: "example", serial: 1 },
    certificates,
    issuers,
    nodes: [...masters, ...workers].map((name) => ({
      name,
      access: "ssh",
      reachable: true,
      clockSkew: 0,
    })),
    consumers,
    slots,
    edges,
    blind: example.clientsComplete
      ? []
      : [
          {
            id: "clients-outside",
            where: "clients of kubernetes",
            why: "nobody said that the clients in the estate are all there are",
            cure: "set kubernetes.clientsComplete: true in the estate file once they are",
          },
        ],
  };
  return { ...inventory, digest: inventoryDigest(inventory, digests) };
};
