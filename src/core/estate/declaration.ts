import type {
  ControlPlaneProgram,
  EtcdAccess,
  EtcdMemberFiles,
  EtcdVersion,
  KubernetesWorkload,
} from "../model/estate.ts";
import type { Reload } from "../model/inventory.ts";

/** certwright.yaml as written: what may be left out is optional. The schema in adapters/estate accepts exactly this. */
export interface EstateDeclaration {
  readonly nodes: Readonly<Record<string, NodeDeclaration>>;
  readonly etcd?: EtcdDeclaration | undefined;
  readonly kubernetes?: KubernetesDeclaration | undefined;
}

export interface NodeDeclaration {
  readonly addresses: readonly string[];
  /** Exactly one of the two, or neither: local when the first address is loopback, ssh to it otherwise. */
  readonly local?: true | undefined;
  readonly ssh?: SshDeclaration | undefined;
}

export interface SshDeclaration {
  readonly destination?: string | undefined;
  readonly user?: string | undefined;
  readonly port?: number | undefined;
  readonly configuration?: string | undefined;
  readonly sudo?: boolean | undefined;
}

/** Exactly one of `systemd`, `staticPod`, `restart` and `none`. */
export interface ServiceDeclaration {
  readonly systemd?: string | undefined;
  readonly staticPod?: string | undefined;
  readonly restart?: readonly string[] | undefined;
  readonly stop?: readonly string[] | undefined;
  readonly start?: readonly string[] | undefined;
  readonly none?: true | undefined;
}

export interface ClientDeclaration {
  readonly user?: string | undefined;
  readonly node?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  readonly trust?: string | undefined;
  readonly reload?: Reload | undefined;
  readonly service?: ServiceDeclaration | undefined;
}

export interface EtcdDeclaration {
  readonly cluster: string;
  readonly version: EtcdVersion;
  readonly members: readonly MemberDeclaration[];
  readonly names?: readonly string[] | undefined;
  readonly files?: EtcdMemberFiles | undefined;
  readonly clientPort?: number | undefined;
  readonly peerPort?: number | undefined;
  readonly dataDirectory?: string | undefined;
  readonly configDirectory?: string | undefined;
  readonly certificateDirectory?: string | undefined;
  readonly owner?: { readonly user: string; readonly group?: string | undefined } | undefined;
  readonly binary?: string | undefined;
  readonly clientsDirectory?: string | undefined;
  readonly issuers?:
    | {
        readonly peer?: string | undefined;
        readonly server?: string | undefined;
        readonly client?: string | undefined;
      }
    | undefined;
  readonly roles?: Readonly<Record<string, readonly PermissionDeclaration[]>> | undefined;
  readonly users?: Readonly<Record<string, { readonly roles: readonly string[] }>> | undefined;
  readonly service?: ServiceDeclaration | undefined;
  readonly clients?: Readonly<Record<string, ClientDeclaration>> | undefined;
  readonly clientsComplete?: boolean | undefined;
}

export interface MemberDeclaration {
  readonly node: string;
  readonly name?: string | undefined;
  readonly files?: EtcdMemberFiles | undefined;
  readonly clientPort?: number | undefined;
  readonly peerPort?: number | undefined;
  readonly dataDirectory?: string | undefined;
  readonly configDirectory?: string | undefined;
  readonly certificateDirectory?: string | undefined;
  readonly service?: ServiceDeclaration | undefined;
}

/** Exactly one of `key`, `prefix`, and `from` with `to`. */
export interface PermissionDeclaration {
  readonly access: EtcdAccess;
  readonly key?: string | undefined;
  readonly prefix?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

export interface HolderDeclaration {
  readonly name: string;
  readonly holds?: "trust" | "certificate" | "both" | undefined;
  readonly issuers?: readonly string[] | undefined;
  readonly owner?: string | undefined;
  readonly where?: string | undefined;
  readonly object?: string | undefined;
  readonly node?: string | undefined;
  readonly path?: string | undefined;
}

export interface KubernetesDeclaration {
  readonly cluster: string;
  /** "1.35.4", "v1.35.4" or "1.35". */
  readonly version: string;
  readonly kubeconfig: string;
  /** "HOST:PORT" */
  readonly endpoint: string;
  readonly controlPlane: readonly string[];
  readonly workers?: readonly string[] | undefined;
  readonly port?: number | undefined;
  readonly directory?: string | undefined;
  readonly kubelet?: ServiceDeclaration | undefined;
  readonly components?:
    | (Readonly<Record<ControlPlaneProgram, ComponentDeclaration>> & {
        readonly kubelet?: KubeletDeclaration | undefined;
      })
    | undefined;
  readonly issuers?:
    | {
        readonly cluster?: string | undefined;
        readonly frontProxy?: string | undefined;
        readonly etcd?: string | undefined;
        readonly serviceAccount?: string | undefined;
      }
    | undefined;
  readonly etcd?: "stacked" | "external" | undefined;
  readonly etcdDataDirectory?: string | undefined;
  readonly workloads?: readonly KubernetesWorkload[] | undefined;
  readonly applications?: ApplicationsDeclaration | undefined;
  readonly holders?: readonly HolderDeclaration[] | undefined;
  readonly clientsComplete?: boolean | undefined;
}

export interface ComponentDeclaration {
  readonly service: ServiceDeclaration;
  readonly flags: Readonly<Record<string, string>>;
}

/** `files` as KubeletFiles of the model. */
export interface KubeletDeclaration {
  readonly service: ServiceDeclaration;
  readonly onMasters?: boolean | undefined;
  readonly files: {
    readonly clientTrust: string;
    readonly kubeconfig: string;
    readonly kubeconfigTrust?: string | undefined;
    readonly certificate?: string | undefined;
    readonly key?: string | undefined;
    readonly certificateDirectory?: string | undefined;
  };
}

export interface ApplicationsDeclaration {
  readonly restart?: "listed" | "discovered" | undefined;
  readonly exclude?: readonly WorkloadPatternDeclaration[] | undefined;
  readonly askBefore?: readonly WorkloadPatternDeclaration[] | undefined;
  /** "24h" */
  readonly leaveSilent?: string | undefined;
}

export interface WorkloadPatternDeclaration {
  readonly kind?: KubernetesWorkload["kind"] | undefined;
  readonly namespace: string;
  readonly name?: string | undefined;
}

/** A fault in the declaration; `path` leads to the field. */
export interface EstateFault {
  readonly path: readonly (string | number)[];
  /** What is wrong, after "FIELD: ". No capital, no full stop. */
  readonly message: string;
  /** What to do, where it is not obvious. */
  readonly hint?: string;
}
