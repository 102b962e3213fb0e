import type { Claim } from "../../model/claim.ts";
import type { MadeFile } from "../../model/made-file.ts";
import type { Turn } from "../../model/inventory.ts";
import type { Effect, Step, Webhook } from "../../model/plan.ts";
import { patchCommand } from "../webhooks.ts";
import type { KnownCluster } from "../known-cluster.ts";
import { makeByHand, type Words } from "./files.ts";
import { createCa, createTokenKeys, signAgain } from "./openssl.ts";
import { pairOf, quoted, workbench } from "./shell.ts";

/** What a step's commands are put together from. */
export interface Setting {
  readonly cluster: KnownCluster;
  readonly directory: string;
  /** The control plane node on which CAs are made first, and leaves of machines that must not have them. */
  readonly first: string;
  /** The control plane node whose member of etcd takes others in where members are replaced. */
  readonly living: string;
  /** Path of a CA's or the tokens' private key on the node that still has it, by issuer. */
  readonly sources: ReadonlyMap<string, Source>;
}

export interface Source {
  readonly node: string;
  readonly key: string;
  /** Its certificate has had its time: it is signed again for its key and name. */
  readonly expired: boolean;
}

/** What one step is for hands, on which machine; undefined: only certwright does it. */
export interface HandStep extends Words {
  readonly on: string;
}

export const stepByHand = (setting: Setting, step: Step): HandStep | undefined => {
  const done = effectByHand(setting, step);
  return done === undefined
    ? undefined
    : { ...done, see: [...done.see, ...step.proves.flatMap((claim) => lookAt(setting, claim))] };
};

const effectByHand = (setting: Setting, { effect, proves }: Step): HandStep | undefined => {
  switch (effect.kind) {
    case "node.copy":
      return { on: effect.node ?? setting.first, ...copy(effect) };
    case "issuer.create":
      return {
        on: setting.first,
        type:
          effect.profile === "tokens"
            ? createTokenKeys(effect.issuer)
            : createCa(effect.issuer, effect.profile),
        see: [`ls -l ${workbench}`],
      };
    case "none":
      return takeOver(setting, proves);
    case "etcd.vacate":
      return { on: effect.node, ...vacate(effect) };
    case "etcd.data-place":
      return { on: effect.node, ...placeData(effect) };
    case "etcd.member-renew":
      return { on: setting.living, ...renewMember(setting, effect) };
    case "etcd.member-promote":
      return { on: setting.living, ...promoteMember(setting, effect) };
    case "token-secrets.renew":
      return { on: setting.first, ...renewTokens };
    case "webhooks.open":
      return { on: setting.first, ...policies(setting, effect.webhooks, "Fail", "Ignore") };
    case "webhooks.close":
      return { on: setting.first, ...policies(setting, effect.webhooks, "Ignore", "Fail") };
    case "kubelet-requests.approve":
      return { on: setting.first, ...approve(setting, effect) };
    case "pods.renew":
      return { on: setting.first, ...renewPods(setting, effect) };
    case "files.make":
      return make(setting, effect);
    case "consumer.restart":
      return restart(setting, effect.consumer);
    case "slots.write":
      return publish(setting, effect);
    default:
      return undefined;
  }
};

const tokenSecrets = "--field-selector type=kubernetes.io/service-account-token";

/** Whose tokens are good is not for a shell to say: those that the API refuses are emptied. */
const renewTokens: Words = {
  type: [
    `kubectl get secrets -A ${tokenSecrets} --no-headers -o custom-columns=NS:.metadata.namespace,NAME:.metadata.name | while read -r namespace name; do token=$(kubectl -n "$namespace" get secret "$name" -o jsonpath='{.data.token}' | base64 -d); kubectl --token "$token" auth whoami >/dev/null 2>&1 || kubectl -n "$namespace" patch secret "$name" --type merge -p '{"data":{"token":null}}'; done`,
  ],
  see: [`kubectl get secrets -A ${tokenSecrets}`],
};

/** A patch tests what it replaces: typed twice it is refused, and nothing is changed. */
const policies = (
  { directory }: Setting,
  webhooks: readonly Webhook[],
  from: string,
  to: string,
): Words => {
  const own = `--kubeconfig ${directory}/admin.conf`;
  return {
    type: webhooks.map((one) => `${patchCommand(one, from, to)} ${own}`),
    see: webhooks.map(
      ({ kind, configuration, index }) =>
        `kubectl ${own} get ${kind.toLowerCase()} ${quoted(configuration)} -o jsonpath='{.webhooks[${index}].failurePolicy}'   # ${to}`,
    ),
  };
};

/** What a request asks for is for eyes: whoever approves one with another machine's name gives that name away. */
const approve = (
  { directory }: Setting,
  { nodes }: Extract<Effect, { kind: "kubelet-requests.approve" }>,
): Words => {
  const api = kubectl(directory);
  const pending = `${api} get csr --field-selector spec.signerName=kubernetes.io/kubelet-serving -o jsonpath='{range .items[?(!@.status.conditions)]}{.metadata.name}{"\n"}{end}'`;
  return {
    type: [
      ...nodes.map(
        ({ name, names }) =>
          `# system:node:${oneLine(name)} may ask for ${names.map(oneLine).join(", ")}`,
      ),
      `${pending} | while read -r name; do ${api} get csr "$name" -o jsonpath='{.spec.username}{"\n"}{.spec.request}' | { read -r user; echo "$name of $user:"; base64 -d | openssl req -noout -text | grep -A1 -e 'Subject:' -e 'Alternative Name'; }; done`,
      `# subject O = system:nodes, CN = who asked, and none but its own names: ${api} certificate approve NAME`,
    ],
    see: [`${api} get csr`],
  };
};

/** In a comment nothing may begin another line. */
const oneLine = (text: string): string => text.replaceAll(/[\r\n]/g, " ");

/** Kinds whose pods a controller makes again. */
const workloadKinds = "daemonsets,deployments,statefulsets";

/** A shell does not tell pods of a Deployment from others that have the CA before them: whoever uses the API is for people to choose. */
const renewPods = (
  { directory }: Setting,
  { turns, tokens, asked }: Extract<Effect, { kind: "pods.renew" }>,
): Words => {
  const api = kubectl(directory);
  const [turn] = turns;
  const name = turns.length === 1 ? ownNames[turn!] : undefined;
  if (name !== undefined)
    return {
      type: [
        `# where it is kubeadm's:`,
        `! ${api} -n kube-system get ${name} 2>/dev/null || ${api} -n kube-system rollout restart ${name}`,
      ],
      see: [
        `! ${api} -n kube-system get ${name} 2>/dev/null || ${api} -n kube-system rollout status ${name} --timeout=10m`,
      ],
    };
  const whom = turns.length === 1 ? handWords[turn!] : handWords.rest;
  return {
    type: [
      `# ${asked ? "those that certwright.yaml asks about, once their owners agree" : whom}; a pod uses the API when it has the volume kube-api-access-*`,
      `${api} get pods -A -o jsonpath='{range .items[*]}{.metadata.creationTimestamp}{" "}{.metadata.namespace}{" "}{.metadata.name}{" "}{.metadata.ownerReferences[0].kind}{"/"}{.metadata.ownerReferences[0].name}{" "}{.spec.volumes[*].name}{"\n"}{end}' | grep kube-api-access | sort   # those from before the ${tokens ? "API servers' start" : "new CA"} first`,
      `${api} get poddisruptionbudgets -A   # ALLOWED DISRUPTIONS 0: wait`,
      `${api} get ${workloadKinds} -A`,
      `# for each of them, one after the other: ${api} -n NAMESPACE rollout restart KIND/NAME && ${api} -n NAMESPACE rollout status KIND/NAME`,
    ],
    see: [`${api} get pods -A --sort-by=.metadata.creationTimestamp`],
  };
};

const ownNames: Partial<Readonly<Record<Turn, string>>> = {
  proxy: "daemonset/kube-proxy",
  dns: "deployment/coredns",
};

const handWords: Readonly<Record<Turn, string>> = {
  network:
    "the DaemonSet of your network plugin (mounts /etc/cni or /opt/cni of its nodes), if you have one",
  proxy: "kube-proxy",
  dns: "CoreDNS",
  controller: "controllers and operators: whoever holds a Lease (kubectl get leases -A)",
  ingress: "ingresses and gateways",
  rest: "all others",
};

const copy = ({ from, to }: Extract<Effect, { kind: "node.copy" }>): Words => ({
  type: [
    `mkdir -p ${quoted(to)} && chmod 0700 ${quoted(to)}`,
    ...from.map(
      (path) => `[ ! -e ${quoted(path)} ] || cp -a --parents ${quoted(path)} ${quoted(to)}`,
    ),
  ],
  see: [`du -sh ${quoted(to)}; df -h ${quoted(to)}`],
});

/** The manifest is in the copy, and the data only gets another name. */
const vacate = ({
  manifest,
  directory,
  aside,
}: Extract<Effect, { kind: "etcd.vacate" }>): Words => {
  const member = `${directory}/member`;
  return {
    type: [
      `rm -f ${quoted(manifest)}`,
      "while crictl ps --name '^etcd$' -q | grep -q .; do sleep 1; done",
      `[ ! -e ${quoted(member)} ] || mv ${quoted(member)} ${quoted(aside)}`,
      `install -d -m 0700 ${quoted(directory)}`,
    ],
    see: [`[ ! -e ${quoted(member)} ] && echo there is room`],
  };
};

const placeData = ({
  manifest,
  from,
  directory,
}: Extract<Effect, { kind: "etcd.data-place" }>): Words => ({
  type: [
    `rm -f ${quoted(manifest)}`,
    "while crictl ps --name '^etcd$' -q | grep -q .; do sleep 1; done",
    `mv -T ${quoted(`${from}/member`)} ${quoted(`${directory}/member`)}`,
  ],
  see: [],
});

/** Removed first: the living ones stay a majority of one member less. */
const renewMember = (
  setting: Setting,
  { node, peerUrl }: Extract<Effect, { kind: "etcd.member-renew" }>,
): Words => {
  const etcd = etcdctl(setting);
  return {
    type: [
      `ID=$(${etcd} member list | grep -F ${quoted(`, ${peerUrl},`)} | cut -d, -f1)`,
      `[ -z "$ID" ] || ${etcd} member remove "$ID"`,
      `${etcd} member add ${quoted(node)} --learner --peer-urls=${quoted(peerUrl)}`,
    ],
    see: [`${etcd} member list | grep -F ${quoted(`, ${peerUrl},`)} | grep unstarted`],
  };
};

const promoteMember = (
  setting: Setting,
  { peerUrl }: Extract<Effect, { kind: "etcd.member-promote" }>,
): Words => {
  const etcd = etcdctl(setting);
  return {
    type: [
      `ID=$(${etcd} member list | grep -F ${quoted(`, ${peerUrl},`)} | cut -d, -f1)`,
      `until ${etcd} member promote "$ID"; do sleep 2; done   # refused until it has caught up`,
    ],
    see: [],
  };
};

/** In the container of the node's own member: kubeadm puts etcdctl on no machine. */
const etcdctl = ({ directory }: Pick<Setting, "directory">): string => {
  const pki = `${directory}/pki/etcd`;
  return `crictl exec "$(crictl ps --name '^etcd$' -q | head -n 1)" etcdctl --cacert ${pki}/ca.crt --cert ${pki}/server.crt --key ${pki}/server.key`;
};

const takeOver = ({ sources, first }: Setting, proves: readonly Claim[]): HandStep | undefined => {
  const issuer = proves.flatMap((one) => (one.kind === "generation" ? [one.issuer] : []))[0];
  const source = issuer === undefined ? undefined : sources.get(issuer);
  if (issuer === undefined || source === undefined) return undefined;
  const pair = pairOf(issuer);
  const { node, key, expired } = source;
  const isTokens = key.endsWith("/sa.key");
  const other = key.replace(/\.key$/, isTokens ? ".pub" : ".crt");
  const target = isTokens ? `${workbench}/${issuer}.pub` : pair.certificate;
  const from = (path: string): string =>
    node === first ? quoted(path) : `root@${node}:${quoted(path)}`;
  const program = node === first ? "cp" : "scp";
  return {
    on: first,
    type: [
      `${program} -p ${from(key)} ${pair.key}`,
      `${program} -p ${from(other)} ${target}`,
      // Who trusts an expired root trusts nobody; one for the same key and name does for all that was signed.
      ...(expired ? signAgain(issuer) : []),
    ],
    see: isTokens
      ? [`openssl rsa -in ${pair.key} -check -noout`]
      : [
          `openssl x509 -in ${pair.certificate} -noout -subject -enddate`,
          `[ "$(openssl x509 -in ${pair.certificate} -noout -pubkey)" = "$(openssl pkey -in ${pair.key} -pubout)" ] && echo they belong together`,
        ],
  };
};

/** On a worker nothing is signed: it must not have a CA's key. */
const make = (
  setting: Setting,
  { node, files }: Extract<Effect, { kind: "files.make" }>,
): HandStep => {
  const words = (node === undefined ? files.map(onWorkbench) : files).map(makeByHand);
  const all = { type: lines(words), see: words.flatMap(({ see }) => see) };
  const { cluster, first } = setting;
  if (node === undefined) return { on: first, ...all };
  if (cluster.masters.some(({ name }) => name === node)) return { on: node, ...all };
  return { on: node, ...forWorker(setting, node, files) };
};

/** The operator's own, to be carried to wherever it is used. */
const onWorkbench = (file: MadeFile): MadeFile => ({
  ...file,
  path: `${workbench}/your-kubeconfig`,
});

/** A folder is made once. */
const lines = (words: readonly Words[]): readonly string[] => {
  const all = words.flatMap(({ type }) => type);
  return all.filter((line, i) => !line.startsWith("install -d ") || all.indexOf(line) === i);
};

const forWorker = (
  { first }: Setting,
  node: string,
  files: Extract<Effect, { kind: "files.make" }>["files"],
): Words => {
  const staged = `${workbench}/${node}`;
  const here = files.map((file) => ({ ...file, path: `${staged}${file.path}` }));
  const words = here.map(makeByHand);
  return {
    type: [
      `# on ${first}, which has the CA:`,
      ...lines(words),
      // The link leads to where the file will be, and kubelet.conf names it there already.
      `tar -C ${quoted(staged)} -cf - . | ssh ${quoted(`root@${node}`)} tar -C / -xpf -`,
      `# on ${node}:`,
      ...files.flatMap(({ make: how, path }) =>
        how.kind === "kubelet-pem"
          ? [
              `PEM=$(ls ${quoted(path.replace(/current\.pem$/, ""))}[0-9]*.pem | tail -n 1); ln -sfn "$PEM" ${quoted(path)}`,
            ]
          : [],
      ),
    ],
    see: files.map(({ path }) => `ls -l ${quoted(path)}`),
  };
};

const restart = ({ cluster, directory, first }: Setting, consumer: string): HandStep => {
  const parts = consumer.split("/");
  if (parts.length === 3) {
    const [kind, namespace, name] = parts;
    const target = `-n ${quoted(namespace!)} ${quoted(`${kind}/${name}`)}`;
    return {
      on: first,
      type: [`kubectl rollout restart ${target}`],
      see: [`kubectl rollout status ${target}`],
    };
  }
  const [node, program] = parts as [string, string];
  if (program === "kubelet")
    return { on: node, type: ["systemctl restart kubelet"], see: ["systemctl is-active kubelet"] };
  const manifest = `${directory}/manifests/${program}.yaml`;
  const aside = `${workbench}/${program}.yaml`;
  const isMaster = cluster.masters.some(({ name }) => name === node);
  return {
    on: isMaster ? node : first,
    type: [
      `mv ${quoted(manifest)} ${aside}`,
      `while crictl ps --name '^${program}$' -q | grep -q .; do sleep 1; done`,
      `mv ${aside} ${quoted(manifest)}`,
    ],
    see: [`crictl ps --name '^${program}$'`],
  };
};

const kubectl = (directory: string): string => `kubectl --kubeconfig ${directory}/admin.conf`;

/** What the cluster gives out, on any control plane node. */
const publish = (
  { directory, first }: Setting,
  { consumer, writes }: Extract<Effect, { kind: "slots.write" }>,
): HandStep | undefined => {
  const content = writes[0]?.content;
  if (content?.kind !== "bundle") return undefined;
  const ca = pairOf(content.issuer).certificate;
  const api = kubectl(directory);
  const config = `${api} -n kube-system`;
  switch (consumer) {
    case "cluster/kube-root-ca":
      return {
        on: first,
        type: ["# nothing to write: the controller-manager does it, within seconds of its start"],
        see: [
          `${api} get configmaps -A --field-selector metadata.name=kube-root-ca.crt -o jsonpath='{range .items[*]}{.metadata.namespace}{"\\n"}{.data.ca\\.crt}{"\\n"}{end}' | grep -vFf ${ca}   # namespaces only, no line of another certificate`,
        ],
      };
    case "cluster/cluster-info":
      return {
        on: first,
        type: [
          `${api} -n kube-public get configmap cluster-info -o yaml | sed "s|certificate-authority-data: .*|certificate-authority-data: $(base64 -w0 ${ca})|" | ${api} replace -f -`,
        ],
        see: [
          `${api} -n kube-public get configmap cluster-info -o yaml | grep -cF "$(base64 -w0 ${ca})"   # 1`,
          `${api} -n kube-public get configmap cluster-info -o yaml | grep jws-kubeconfig   # for each token; the controller-manager signs anew`,
        ],
      };
    case "cluster/client-ca":
      return { on: first, ...patchAuthentication(config, "client-ca-file", ca) };
    case "cluster/requestheader-ca":
      return { on: first, ...patchAuthentication(config, "requestheader-client-ca-file", ca) };
    default:
      return undefined;
  }
};

const patchAuthentication = (api: string, field: string, ca: string): Words => ({
  type: [
    `{ printf 'data:\\n  ${field}: |\\n'; sed 's/^/    /' ${ca}; } > ${workbench}/patch.yaml`,
    `${api} patch configmap extension-apiserver-authentication --type merge --patch-file ${workbench}/patch.yaml`,
  ],
  see: [
    `${api} get configmap extension-apiserver-authentication -o yaml | grep -c 'BEGIN CERTIFICATE'`,
  ],
});

/** How to see that a claim holds. What reading the files back shows is said with the files. */
const lookAt = (setting: Setting, claim: Claim): readonly string[] => {
  const { cluster, directory } = setting;
  if (claim.kind === "lone-member") return [`${etcdctl(setting)} member list   # one line`];
  if (claim.kind === "data-there")
    return [
      `[ -d ${quoted(`${claim.directory}/member/wal`)} ]${claim.from === undefined ? "" : ` && [ ! -e ${quoted(`${claim.from}/member`)} ]`} && ! pgrep etcdutl && echo it is there`,
    ];
  if (claim.kind === "same-data")
    return [`${etcdctl(setting)} endpoint hashkv --cluster   # the same hash on each line`];
  if (claim.kind === "flags")
    return (claim.without ?? []).map((flag) => `! pgrep -f -- --${quoted(flag)}`);
  if (claim.kind !== "healthy") return [];
  const { group } = claim;
  const api = kubectl(directory);
  if (group.startsWith("etcd/")) return [`${etcdctl(setting)} endpoint health --cluster`];
  if (group === "kube-apiserver")
    return cluster.masters.map(
      ({ address }) =>
        `${api} --server ${quoted(`https://${address}:${cluster.port}`)} get --raw /readyz`,
    );
  if (group.endsWith("/kubelet"))
    return [`${api} get node ${quoted(group.slice(0, -"/kubelet".length))}   # Ready`];
  if (group.split("/").length === 3) return [];
  return [
    `${api} -n kube-system get lease ${quoted(group)} -o jsonpath='{.spec.holderIdentity} {.spec.renewTime}'; date -u   # renewed in the last 15 s`,
  ];
};
