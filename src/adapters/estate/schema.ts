import * as z from "zod/mini";
import type { EstateDeclaration } from "../../core/estate/declaration.ts";
import { componentFlags } from "../../core/estate/component-flags.ts";
import { kubernetesDefaults } from "../../core/estate/settle-kubernetes.ts";
import { etcdDefaults } from "../../core/estate/settle.ts";
import { etcdVersions, type ControlPlaneProgram } from "../../core/model/estate.ts";

// The one description of certwright.yaml's form: it checks the file, and `npm run schema` writes the JSON Schema
// for editors from it. Descriptions and defaults here are what an editor shows.

const described = <T extends z.core.$ZodType>(
  schema: T,
  description: string,
  example?: unknown,
) => {
  z.globalRegistry.add(schema, {
    description,
    ...(example === undefined ? {} : { examples: [example] }),
  });
  return schema;
};

/** Word for names that become file names, member names and parts of distinguished names. */
const word = () =>
  z.string().check(z.regex(/^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/), z.maxLength(63));
const text = () => z.string().check(z.minLength(1), z.maxLength(1024));
const port = () => z.int().check(z.minimum(1), z.maximum(65_535));
const path = () => z.string().check(z.minLength(1), z.maxLength(4096));

const command = () => z.array(text()).check(z.minLength(1), z.maxLength(64));

const service = described(
  z.strictObject({
    systemd: z.optional(described(text(), "Name of the systemd unit.", "etcd.service")),
    staticPod: z.optional(
      described(path(), "The manifest, for example /etc/kubernetes/manifests/etcd.yaml."),
    ),
    restart: z.optional(described(command(), "A program with its arguments that restarts it.")),
    stop: z.optional(described(command(), "A program that stops it; needs start too.")),
    start: z.optional(described(command(), "A program that starts it.")),
    none: z.optional(
      described(z.literal(true), "Nobody restarts it, or certwright is not to do it."),
    ),
  }),
  'How it is restarted, by exactly one of "systemd", "staticPod", "restart" and "none".',
);

const ssh = described(
  z.strictObject({
    destination: z.optional(
      described(
        // What begins with a dash would be an option.
        text().check(z.regex(/^[^-\s]\S*$/)),
        "Host or alias of your ssh configuration; default the first address.",
      ),
    ),
    user: z.optional(described(word(), "Who to be there; default what your configuration says.")),
    port: z.optional(described(port(), "Default what your configuration says.")),
    configuration: z.optional(described(path(), "Given to ssh -F; default your own.")),
    sudo: z.optional(
      described(z.boolean(), "Whether files and programs there need sudo -n; default false."),
    ),
  }),
  "Reached by ssh, with your own configuration and known hosts.",
);

const node = described(
  z.strictObject({
    addresses: described(
      z.array(text()).check(z.minLength(1), z.maxLength(64)),
      "Host names and IP addresses of the machine. The first is what others dial; all stand in its certificates.",
      ["etcd-1.example.org", "10.240.1.2"],
    ),
    local: z.optional(
      described(z.literal(true), "This machine. Default when the first address is loopback."),
    ),
    ssh: z.optional(ssh),
  }),
  "A machine.",
);

const permission = described(
  z.strictObject({
    access: described(z.enum(["read", "write", "readwrite"]), "What may be done with these keys."),
    key: z.optional(described(text(), "One key.")),
    prefix: z.optional(described(z.string(), 'All keys that begin so; "" is every key.')),
    from: z.optional(described(text(), "First key of a range.")),
    to: z.optional(described(text(), "First key behind the range.")),
  }),
  'Which keys, by exactly one of "key", "prefix", and "from" with "to".',
  { prefix: "/app/", access: "readwrite" },
);

const folders = {
  clientPort: z.optional(
    described(port(), `Port for clients; default ${etcdDefaults.clientPort}.`),
  ),
  peerPort: z.optional(described(port(), `Port for members; default ${etcdDefaults.peerPort}.`)),
  dataDirectory: z.optional(
    described(path(), `Where the data lies on the member; default ${etcdDefaults.dataDirectory}.`),
  ),
  configDirectory: z.optional(
    described(
      path(),
      `Where the configuration lies on the member; default ${etcdDefaults.configDirectory}.`,
    ),
  ),
  certificateDirectory: z.optional(
    described(
      path(),
      `Where certificates and keys lie on the member; default ${etcdDefaults.certificateFolder} below configDirectory.`,
    ),
  ),
};

const memberFiles = described(
  z.strictObject({
    serverCertificate: described(path(), "--cert-file"),
    serverKey: described(path(), "--key-file"),
    peerCertificate: described(path(), "--peer-cert-file"),
    peerKey: described(path(), "--peer-key-file"),
    peerTrust: described(path(), "--peer-trusted-ca-file"),
    clientTrust: described(path(), "--trusted-ca-file"),
  }),
  "Where a member's certificates lie when certwright did not put them there; by default in certificateDirectory.",
);

const etcd = described(
  z.strictObject({
    cluster: described(
      word(),
      "Name of the cluster (etcd's initial-cluster-token): members with another one refuse each other.",
    ),
    version: described(z.enum(etcdVersions), "Version of etcd on the members."),
    members: described(
      z
        .array(
          z.strictObject({
            node: described(z.string(), "Name of a machine under nodes."),
            name: z.optional(described(word(), "Name of the member; default the node's.")),
            service: z.optional(service),
            files: z.optional(memberFiles),
            ...folders,
          }),
        )
        .check(z.minLength(1), z.maxLength(99)),
      "Where a member runs. An odd number, three or five: a quorum is more than half.",
    ),
    names: z.optional(
      described(
        z.array(text()).check(z.maxLength(64)),
        "Further names of the cluster, for example of a load balancer; in every server certificate.",
      ),
    ),
    files: z.optional(memberFiles),
    ...folders,
    owner: z.optional(
      described(
        z.strictObject({ user: word(), group: z.optional(word()) }),
        `Who etcd runs as and to whom its keys belong; default ${etcdDefaults.owner.user}.`,
      ),
    ),
    binary: z.optional(
      described(path(), `The etcd program on the members; default ${etcdDefaults.binary}.`),
    ),
    clientsDirectory: z.optional(
      described(
        path(),
        `Where client certificates are written on this machine; default ${etcdDefaults.clientsDirectory}, beside this file.`,
      ),
    ),
    service: z.optional(service),
    clients: z.optional(
      described(
        z.record(
          word(),
          z.strictObject({
            user: z.optional(described(text(), "Whose certificate it shows; default its name.")),
            node: z.optional(
              described(z.string(), "Machine that its files lie on; default this one."),
            ),
            certificate: z.optional(
              described(path(), "What it shows; default client.crt in clientsDirectory/USER."),
            ),
            key: z.optional(described(path(), "Default client.key in clientsDirectory/USER.")),
            trust: z.optional(
              described(
                path(),
                "The CA it verifies members with; default server-ca.crt in clientsDirectory/USER.",
              ),
            ),
            reload: z.optional(
              described(
                z.enum(["handshake", "start", "unknown"]),
                "When it reads its files again: for each connection, at its start, or nobody knows.",
              ),
            ),
            service: z.optional(service),
          }),
        ),
        "Programs that use the cluster, besides the users' own files in clientsDirectory.",
      ),
    ),
    clientsComplete: z.optional(
      described(
        z.boolean(),
        "true: no program uses the cluster but those that are known here. Default false: a rotation asks before it drops the old CA.",
      ),
    ),
    issuers: z.optional(
      described(
        z.strictObject({
          peer: z.optional(word()),
          server: z.optional(word()),
          client: z.optional(word()),
        }),
        `Which CA signs what; default ${Object.values(etcdDefaults.issuers).join(", ")}. With one CA for peers and clients, every peer certificate is a client.`,
      ),
    ),
    roles: z.optional(
      described(
        z.record(word(), z.array(permission).check(z.minLength(1), z.maxLength(256))),
        "Roles of etcd: name and what it permits.",
      ),
    ),
    users: z.optional(
      described(
        z.record(
          z.string().check(z.regex(/^[^\s/\\]{1,64}$/)),
          z.strictObject({ roles: z.array(z.string()).check(z.maxLength(64)) }),
        ),
        "Users of etcd: common name of the client certificate and the user's roles. root is there without being named.",
      ),
    ),
  }),
  "The etcd cluster.",
);

const component = (flags: string, example: Readonly<Record<string, string>>) =>
  described(
    z.strictObject({
      service,
      flags: described(
        z.record(z.string().check(z.regex(/^[a-z][a-z0-9-]{0,62}$/)), path()),
        `Its flags that lead to certificates and keys, without dashes: ${flags}.`,
        example,
      ),
    }),
    "How it is restarted, and what it is started with.",
  );

const flagsOf = (program: ControlPlaneProgram): string =>
  [...componentFlags[program].required, ...componentFlags[program].optional].join(", ");

const kubelet = described(
  z.strictObject({
    service,
    onMasters: z.optional(
      described(
        z.boolean(),
        "Whether it runs on the masters as well, on all of them; default false: on the workers only.",
      ),
    ),
    files: described(
      z.strictObject({
        clientTrust: described(
          path(),
          "The CAs of those whom it believes their client certificates: its authentication.x509.clientCAFile or --client-ca-file.",
        ),
        kubeconfig: described(path(), "Its --kubeconfig."),
        kubeconfigTrust: z.optional(
          described(
            path(),
            "The CA's file, where the kubeconfig names one and does not hold the CA.",
          ),
        ),
        certificate: z.optional(
          described(path(), "Its certificate, where the kubeconfig names a file; with key."),
        ),
        key: z.optional(described(path(), "The certificate's key.")),
        certificateDirectory: z.optional(
          described(
            path(),
            "Where it keeps the certificate that it renews itself (rotateCertificates): its --cert-dir.",
          ),
        ),
      }),
      "Where its files lie, on every node alike.",
    ),
  }),
  "The kubelets, where the API names nodes. `certwright discover` writes it as their processes and configurations say.",
);

const components = described(
  z.strictObject({
    "kube-apiserver": component(flagsOf("kube-apiserver"), {
      "client-ca-file": "/etc/kubernetes/ssl/ca.pem",
    }),
    "kube-controller-manager": component(flagsOf("kube-controller-manager"), {
      "root-ca-file": "/etc/kubernetes/ssl/ca.pem",
    }),
    "kube-scheduler": component(flagsOf("kube-scheduler"), {
      kubeconfig: "/etc/kubernetes/scheduler.kubeconfig",
    }),
    kubelet: z.optional(kubelet),
  }),
  "Only for a cluster that kubeadm has not made: how the programs of its control plane are started, on every master alike, and its kubelets. `certwright discover` writes it as the running processes say. A plan is refused where a process was started otherwise.",
);

const workloadKind = () =>
  described(z.enum(["DaemonSet", "Deployment", "StatefulSet"]), "Its kind.");

const workloadPatterns = (description: string) =>
  z.optional(
    described(
      z
        .array(
          z.strictObject({
            kind: z.optional(workloadKind()),
            namespace: described(word(), "Its namespace."),
            name: z.optional(
              described(word(), "Its name; without it everything in the namespace."),
            ),
          }),
        )
        .check(z.maxLength(10_000)),
      description,
    ),
  );

const applications = described(
  z.strictObject({
    restart: z.optional(
      described(
        z.enum(["discovered", "listed"]),
        '"discovered": whatever has the cluster\'s CA mounted when a plan is made, and what workloads names. "listed": only what workloads names. Default discovered, and listed where there is a list.',
      ),
    ),
    exclude: workloadPatterns(
      "Never replaced by certwright. Until their owners replace them they trust the old CA alone; a plan says so.",
    ),
    askBefore: workloadPatterns("Replaced after you have said yes to that step by name."),
    leaveSilent: z.optional(
      described(
        text(),
        "What is found and none of whose pods has asked the API for anything for so long is left alone, too; default none. By the audit logs of all API servers, which have to reach back so far and to note requests of ServiceAccounts.",
        "24h",
      ),
    ),
  }),
  "Whose pods are replaced once a new CA is published in the cluster, so that their programs have read it.",
  { restart: "discovered", exclude: [{ namespace: "shop", name: "web" }] },
);

const holder = z.strictObject({
  name: described(
    z.string().check(z.regex(/^[A-Za-z0-9]([A-Za-z0-9._/-]{0,251}[A-Za-z0-9])?$/)),
    "What it is called in plans.",
    "ci",
  ),
  holds: z.optional(
    described(
      z.enum(["trust", "certificate", "both"]),
      'Whether it verifies others by them, shows a certificate of theirs, or, as a kubeconfig does, "both", the default.',
    ),
  ),
  issuers: z.optional(
    described(
      z.array(word()).check(z.minLength(1), z.maxLength(16)),
      "Which CAs; default the cluster's own.",
    ),
  ),
  owner: z.optional(described(text(), "Whom to ask.", "the platform team")),
  where: z.optional(described(text(), "Where it is, in words.", "Jenkins, credential k8s-prod")),
  object: z.optional(
    described(
      z.string().check(z.startsWith("/api"), z.maxLength(1024)),
      "Path in the API of the object that it is in: certwright looks there whether it has the new one.",
      "/api/v1/namespaces/monitoring/secrets/etcd-client",
    ),
  ),
  node: z.optional(described(z.string(), "Machine under nodes that its file lies on.")),
  path: z.optional(described(path(), "That file; certwright looks there, too.")),
});

const kubernetes = described(
  z.strictObject({
    cluster: described(word(), "Name of the cluster: how it is called here and in plans."),
    version: described(text(), "Version of Kubernetes on the control plane.", "1.35.4"),
    kubeconfig: described(
      path(),
      "Your own kubeconfig, for the API; its trust and its certificate are rotated with the others.",
      "/home/me/.kube/config",
    ),
    endpoint: described(
      text(),
      "Host and port that kubelets and people dial: kubeadm's controlPlaneEndpoint, or the only API server.",
      "api.example.org:6443",
    ),
    controlPlane: described(
      z.array(z.string()).check(z.minLength(1), z.maxLength(99)),
      "Names of machines under nodes that run an API server, as they are called in the cluster.",
    ),
    workers: z.optional(
      described(
        z.array(z.string()).check(z.maxLength(10_000)),
        "Names of the other machines under nodes with a kubelet; default none.",
      ),
    ),
    port: z.optional(
      described(port(), `Port of each API server; default ${kubernetesDefaults.port}.`),
    ),
    directory: z.optional(
      described(
        path(),
        `Where kubeadm keeps its files on the nodes; default ${kubernetesDefaults.directory}.`,
      ),
    ),
    kubelet: z.optional(service),
    components: z.optional(components),
    issuers: z.optional(
      described(
        z.strictObject({
          cluster: z.optional(described(word(), "Signs API servers, kubelets and people.")),
          frontProxy: z.optional(
            described(word(), "Signs what API servers show to aggregated APIs."),
          ),
          etcd: z.optional(described(word(), "Signs etcd's members and their clients.")),
          serviceAccount: z.optional(
            described(word(), "The key pair of ServiceAccount tokens; no CA."),
          ),
        }),
        `Which CA of the PKI is which of kubeadm's; default ${Object.values(kubernetesDefaults.issuers).join(", ")}.`,
      ),
    ),
    etcd: z.optional(
      described(
        z.enum(["stacked", "external"]),
        `"${kubernetesDefaults.etcd}", the default: a member beside each API server, in a static pod. "external", and always with components: another cluster; describe it under etcd, with the API servers of kubeadm's clusters among its clients.`,
      ),
    ),
    etcdDataDirectory: z.optional(
      described(
        path(),
        `Where the data of a stacked etcd lies on the nodes (kubeadm's etcd.local.dataDir); default ${kubernetesDefaults.etcdDataDirectory}.`,
      ),
    ),
    workloads: z.optional(
      described(
        z
          .array(
            z.strictObject({
              kind: workloadKind(),
              namespace: described(word(), "Its namespace."),
              name: described(word(), "Its name."),
            }),
          )
          .check(z.maxLength(10_000)),
        "Programs in the cluster that talk to its API and read whom they trust at their start only; a rotation replaces their pods one by one.",
      ),
    ),
    applications: z.optional(applications),
    holders: z.optional(
      described(
        z.array(holder).check(z.maxLength(1000)),
        "Who has these CAs or certificates of theirs, and certwright neither writes nor restarts it. A rotation asks for each by its name before it drops what they have.",
      ),
    ),
    clientsComplete: z.optional(
      described(
        z.boolean(),
        "true: nobody else uses the API or etcd with certificates or trust of these CAs. Default false: a rotation asks before it drops the old CA.",
      ),
    ),
  }),
  "A Kubernetes cluster: one that kubeadm has made, its control plane in static pods; or with components one made by hand.",
);

export const estateSchema: z.ZodMiniType<EstateDeclaration> = described(
  z.strictObject({
    nodes: described(z.record(word(), node), "The machines, by name."),
    etcd: z.optional(etcd),
    kubernetes: z.optional(kubernetes),
  }),
  "certwright.yaml: which machines there are and what runs on them.",
);

/** JSON Schema (draft 2020-12) of the file, for editors. */
export const estateJsonSchema = (): z.core.JSONSchema.JSONSchema => {
  const schema = z.toJSONSchema(estateSchema, { io: "input" });
  return { ...schema, title: "certwright estate" };
};
