import type { ByHandFacts, FoundComponent } from "../../core/discovery/by-hand.ts";
import type { Discovery } from "../../core/discovery/discovery.ts";
import type { NodeObject } from "../../core/discovery/distribution.ts";
import { knownCas, type KnownCa } from "../../core/discovery/known-cas.ts";
import { nodeNotes } from "../../core/discovery/notes.ts";
import { failure } from "../../core/errors/certwright-error.ts";
import { componentFlags } from "../../core/estate/component-flags.ts";
import { kubernetesDefaults } from "../../core/estate/settle-kubernetes.ts";
import { flagValue } from "../../core/manifest/flag-value.ts";
import type { Certificate } from "../../core/model/certificate.ts";
import { controlPlanePrograms, type ControlPlaneProgram } from "../../core/model/estate.ts";
import type { KubernetesApi } from "../../ports/kubernetes.ts";
import type { NodeSession } from "../../ports/node.ts";
import { readBundle, serviceFor, wholeProcess } from "./by-hand-machine.ts";
import { lookAtEtcd } from "./by-hand-etcd.ts";
import { lookAtKubelets, namesOf } from "./by-hand-kubelets.ts";
import type { DiscoveryContext } from "./context.ts";
import { onMachine, type Machine, type NodeNames } from "./machine.ts";
import { readVersion } from "./read-cluster.ts";
import { searchApi } from "./search-api.ts";

/** Where an API server listens that has no --secure-port. */
const usualPort = "6443";

/** What one master told. */
interface Master {
  readonly machine: Machine;
  readonly components: Readonly<Record<ControlPlaneProgram, FoundComponent>>;
  readonly server: readonly string[];
}

/**
 * A cluster whose owner starts its programs himself: its API servers name themselves in the API, their processes name
 * their files and etcd. Throws discovery.*, kubernetes.*, node.*.
 */
export const discoverByHand = async (
  context: DiscoveryContext,
  nodes: readonly NodeObject[],
): Promise<Discovery> => {
  const { api, progress, tools } = context;
  const addresses = await serverAddresses(api);
  const names = namesOf(nodes);
  progress("masters");
  const masters: Master[] = [];
  for (const address of addresses) masters.push(await lookAtMaster(context, names, address));
  const [first] = masters as [Master];
  refuseOthers(masters);
  progress("etcd");
  const known = await onMachine(context, names, first.machine.node.addresses[0]!, ({ session }) =>
    caCertificates(context, session, first.components),
  );
  const cas = knownCas(known, tools);
  const issuers = issuersOf(known);
  const etcd = await lookAtEtcd(context, {
    servers: (flagValue(first.server, "etcd-servers") ?? "").split(","),
    issuer: issuers.etcd,
    ca: known.filter(({ ca }) => ca === "etcd").map(({ certificate }) => certificate),
    machines: masters.map(({ machine }) => machine),
    names,
  });
  const { kubelets, workers, noteworthy } = await lookAtKubelets(
    context,
    nodes,
    masters.map(({ machine }) => machine.node.name),
  );
  const version = await readVersion(api);
  const found = await searchApi(api, cas, progress);
  const port = Number(flagValue(first.server, "secure-port") ?? usualPort);
  const byHand: ByHandFacts = {
    components: first.components,
    ...(kubelets === undefined ? {} : { kubelets }),
    issuers,
    ...etcd,
    // One that is a worker as well is there already.
    etcdNodes: etcd.etcdNodes.filter(({ name }) => workers.every((one) => one.name !== name)),
  };
  return {
    cluster: "kubernetes",
    version,
    kubeconfig: context.kubeconfig,
    endpoint: context.server ?? { host: addresses[0]!, port },
    port,
    etcd: "external",
    controlPlane: masters.map(({ machine }) => machine.node),
    workers,
    kubelet: { kind: "systemd", unit: "kubelet.service" },
    byHand,
    cas: known,
    holders: found.holders.holders(),
    workloads: found.workloads,
    loosePods: found.loosePods,
    notes: nodeNotes({ ...noteworthy, version, loosePods: found.loosePods }),
  };
};

/** API servers keep their own addresses there (pkg/controlplane/reconcilers). */
const serverAddresses = async (api: KubernetesApi): Promise<readonly string[]> => {
  const path = "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes";
  const slice = (await api.get(path)) as
    | { readonly endpoints?: readonly { readonly addresses: readonly string[] }[] }
    | undefined;
  const addresses = (slice?.endpoints ?? []).flatMap((one) => one.addresses).toSorted();
  if (addresses.length > 0) return addresses;
  throw failure("discovery.no-kubeadm", {
    why: "there is no ConfigMap kube-system/kubeadm-config, and no API server in EndpointSlice default/kubernetes",
  });
};

const lookAtMaster = (
  context: DiscoveryContext,
  names: NodeNames,
  address: string,
): Promise<Master> =>
  onMachine(context, names, address, async (machine) => {
    const { session } = machine;
    const looked = await Promise.all(
      controlPlanePrograms.map(async (program) => {
        const process = await wholeProcess(session, program);
        const { command } = process;
        refuseUnknownFlags(session.name, program, command);
        const { required, optional } = componentFlags[program];
        const flags = Object.fromEntries(
          [...required, ...optional].flatMap((flag) => {
            const value = flagValue(command, flag);
            return value === undefined || value === "" ? [] : [[flag, value] as const];
          }),
        );
        const service = serviceFor(context, session.name, program, process.unit);
        return { program, command, component: { service, flags } };
      }),
    );
    return {
      machine,
      server: looked.find(({ program }) => program === "kube-apiserver")!.command,
      components: Object.fromEntries(
        looked.map(({ program, component }) => [program, component]),
      ) as Master["components"],
    };
  });

/** Files that this version would leave behind. */
const refuseUnknownFlags = (
  node: string,
  program: ControlPlaneProgram,
  command: readonly string[],
): void => {
  const own = flagValue(command, "kubeconfig");
  const differences = [
    ...componentFlags[program].required
      .filter((flag) => (flagValue(command, flag) ?? "") === "")
      .map((flag) => `${node}: ${program} has no --${flag}`),
    ...["authentication-kubeconfig", "authorization-kubeconfig"]
      .filter((flag) => ![undefined, "", own].includes(flagValue(command, flag)))
      .map((flag) => `${node}: ${program} has a --${flag} that is not its --kubeconfig`),
    ...(flagValue(command, "kubelet-certificate-authority") === undefined
      ? []
      : [`${node}: ${program} has --kubelet-certificate-authority, kubelets' own CA`]),
    // It would be away with its own member, and a plan could not count on the others.
    ...(/https:\/\/(?:127\.|localhost|\[::1\])/.test(flagValue(command, "etcd-servers") ?? "")
      ? [`${node}: ${program} dials the etcd beside it only, by --etcd-servers, not all members`]
      : []),
  ];
  if (differences.length > 0) throw failure("discovery.flags", { differences });
};

/** An estate says it once for all masters. */
const refuseOthers = (masters: readonly Master[]): void => {
  const [first, ...others] = masters as [Master, ...Master[]];
  const differences = others.flatMap(({ machine, components }) =>
    controlPlanePrograms.flatMap((program) => {
      const [here, there] = [components[program], first.components[program]];
      if (JSON.stringify(here) === JSON.stringify(there)) return [];
      return [
        `${program}: ${machine.node.name} has ${JSON.stringify(here)}, ${first.machine.node.name} ${JSON.stringify(there)}`,
      ];
    }),
  );
  if (differences.length > 0) throw failure("discovery.flags", { differences });
};

const caCertificates = async (
  context: DiscoveryContext,
  session: NodeSession,
  components: Master["components"],
): Promise<readonly KnownCa[]> => {
  const server = components["kube-apiserver"].flags;
  const files = [
    ["cluster", components["kube-controller-manager"].flags["root-ca-file"]],
    ["frontProxy", server["requestheader-client-ca-file"]],
    ["etcd", server["etcd-cafile"]],
  ] as const;
  const known: KnownCa[] = [];
  for (const [ca, path] of files) {
    if (path === undefined) continue;
    for (const certificate of await readBundle(context, session, path))
      known.push({ ca, certificate });
  }
  return known;
};

/** One CA for several purposes is one issuer. */
const issuersOf = (known: readonly KnownCa[]): ByHandFacts["issuers"] => {
  const { issuers } = kubernetesDefaults;
  const of = (ca: KnownCa["ca"]): readonly Certificate[] =>
    known.filter((one) => one.ca === ca).map(({ certificate }) => certificate);
  const own = new Set(of("cluster").map(({ fingerprint }) => fingerprint));
  const named = (ca: "frontProxy" | "etcd"): string =>
    of(ca).some(({ fingerprint }) => own.has(fingerprint)) ? issuers.cluster : issuers[ca];
  return { cluster: issuers.cluster, frontProxy: named("frontProxy"), etcd: named("etcd") };
};
