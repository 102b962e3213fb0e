/**
 * Real programs that tests, demo and benchmarks run, each pinned to one version.
 * A recipe is data; install.ts carries it out. Sizes and times were measured on two cores.
 */
export interface GoBuild {
  /** Import path of a main package of the recipe's module. */
  readonly package: string;
  readonly binary: string;
}

export type Recipe = {
  readonly name: string;
  readonly version: string;
  /** Programs that the finished folder holds. */
  readonly provides: readonly string[];
  readonly about: string;
  /** Only the nightly tests need it: it is neither tested with nor fetched unless asked for by its name. */
  readonly nightly?: true;
} & (
  | {
      readonly kind: "go";
      /** Folder beside this file with go.mod and go.sum: go.sum is the integrity check. */
      readonly module: string;
      readonly builds: readonly GoBuild[];
      readonly ldflags?: string;
    }
  | {
      readonly kind: "debian";
      /** Package names; all are unpacked, none is installed, no service is started. */
      readonly packages: readonly string[];
      /** Folders of the unpacked tree in which the programs lie. */
      readonly from: readonly string[];
      /** A folder of that tree whose files they read; it is laid beside them. */
      readonly data?: string;
      /**
       * Set for programs that need shared libraries of the packages: the tree is kept whole, and each program is a
       * script that starts it with these variables, each a path inside the tree, or several with colons between.
       */
      readonly environment?: Readonly<Record<string, string>>;
    }
  | { readonly kind: "python"; readonly requirements: readonly string[] }
);

/** Debian's multiarch tuple. */
const tuple = `${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`;
/** Both places of shared libraries: packages of Debian 12 still use the one or the other. */
const libraries = `usr/lib/${tuple}:lib/${tuple}`;

const kubernetesPrograms: readonly string[] = [
  "kube-apiserver",
  "kube-controller-manager",
  "kube-scheduler",
  "kubelet",
  "kube-proxy",
  "kubeadm",
  "kubectl",
];

const kubernetesBuilds: readonly GoBuild[] = kubernetesPrograms.map((binary) => ({
  package: `k8s.io/kubernetes/cmd/${binary}`,
  binary,
}));

const etcdBuilds: readonly GoBuild[] = [
  { package: "go.etcd.io/etcd/server/v3", binary: "etcd" },
  { package: "go.etcd.io/etcd/etcdctl/v3", binary: "etcdctl" },
  { package: "go.etcd.io/etcd/etcdutl/v3", binary: "etcdutl" },
];

export const recipes: readonly Recipe[] = [
  {
    name: "openssl",
    version: "3.0",
    kind: "debian",
    provides: ["openssl"],
    about: "OpenSSL's command line, for machines without it (4 MB to fetch)",
    packages: ["openssl", "libssl3"],
    from: ["usr/bin"],
    environment: {
      LD_LIBRARY_PATH: libraries,
      OPENSSL_MODULES: `usr/lib/${tuple}/ossl-modules`,
      OPENSSL_CONF: "etc/ssl/openssl.cnf",
    },
  },
  {
    name: "etcd-debian",
    version: "3.4.23",
    kind: "debian",
    provides: ["etcd", "etcdctl"],
    about: "Debian 12's etcd, what apt users run (12 MB to fetch)",
    packages: ["etcd-server", "etcd-client"],
    from: ["usr/bin"],
  },
  {
    name: "etcd",
    version: "3.6.16",
    kind: "go",
    provides: ["etcd", "etcdctl", "etcdutl"],
    about: "current etcd, built from the Go module proxy (about 4 minutes, once)",
    module: "etcd",
    builds: etcdBuilds,
  },
  {
    name: "zlint",
    version: "3.6.8",
    kind: "go",
    provides: ["zlint"],
    about: "certificate linter (about 1 minute, once)",
    module: "zlint",
    builds: [{ package: "github.com/zmap/zlint/v3/cmd/zlint", binary: "zlint" }],
  },
  {
    name: "kubernetes",
    version: "1.35.4",
    kind: "go",
    provides: kubernetesPrograms,
    about: "Kubernetes: control plane, nodes and kubeadm (about 8 minutes, once)",
    module: "kubernetes",
    builds: kubernetesBuilds,
    // Without it the programs call themselves v0.0.0-master, and kubeadm refuses what it does not know.
    ldflags: "-X k8s.io/component-base/version.gitVersion=v1.35.4",
  },
  {
    // The newest stable one that the Go module proxy has (November 2026), with the etcd and the CoreDNS that its kubeadm asks for.
    name: "kubernetes-newest",
    version: "1.37.2",
    nightly: true,
    kind: "go",
    provides: kubernetesPrograms,
    about: "the newest Kubernetes (about 8 minutes, once)",
    module: "kubernetes-newest",
    builds: kubernetesBuilds,
    ldflags: "-X k8s.io/component-base/version.gitVersion=v1.37.2",
  },
  {
    name: "etcd-newest",
    version: "3.7.3",
    nightly: true,
    kind: "go",
    provides: ["etcd", "etcdctl", "etcdutl"],
    about: "the etcd of the newest Kubernetes (about 1 minute, once)",
    module: "etcd-newest",
    builds: etcdBuilds,
  },
  {
    name: "coredns-newest",
    version: "1.14.6",
    nightly: true,
    kind: "go",
    provides: ["coredns"],
    about: "CoreDNS as the newest kubeadm deploys it (about 3 minutes, once)",
    module: "coredns-newest",
    builds: [{ package: "github.com/coredns/coredns", binary: "coredns" }],
  },
  {
    name: "coredns",
    version: "1.13.1",
    kind: "go",
    provides: ["coredns"],
    about: "CoreDNS as kubeadm 1.35 deploys it (about 3 minutes, once)",
    module: "coredns",
    builds: [{ package: "github.com/coredns/coredns", binary: "coredns" }],
  },
  {
    name: "sample-apiserver",
    version: "0.35.4",
    kind: "go",
    provides: ["sample-apiserver"],
    about: "an aggregated API server of Kubernetes (about 20 seconds after Kubernetes, once)",
    module: "sample-apiserver",
    builds: [{ package: "k8s.io/sample-apiserver", binary: "sample-apiserver" }],
  },
  {
    // The plugins of the container network are programs as well; containerd starts them from tree/usr/lib/cni.
    name: "containerd",
    version: "1.6.20",
    kind: "debian",
    provides: [
      "containerd",
      "containerd-shim-runc-v2",
      "ctr",
      "runc",
      "ptp",
      "host-local",
      "loopback",
    ],
    about: "containerd of Debian 12 with runc and network plugins, for nodes (36 MB to fetch)",
    packages: ["containerd", "runc", "libseccomp2", "containernetworking-plugins"],
    from: ["usr/bin", "usr/sbin", "usr/lib/cni"],
    environment: { LD_LIBRARY_PATH: libraries },
  },
  {
    // With every library down to libc: the tree becomes an image, in which there is nothing else.
    name: "nftables",
    version: "1.0.6",
    kind: "debian",
    provides: ["nft"],
    about: "nft of Debian 12, with which kube-proxy lays its rules (5 MB to fetch)",
    packages: [
      "nftables", "libnftables1", "libnftnl11", "libmnl0", "libjansson4", "libgmp10", "libxtables12",
      "libedit2", "libbsd0", "libmd0", "libtinfo6", "libc6",
    ], // prettier-ignore
    from: ["usr/sbin"],
    environment: { LD_LIBRARY_PATH: libraries },
  },
  {
    name: "nginx",
    version: "1.22.1",
    kind: "debian",
    provides: ["nginx"],
    about: "nginx of Debian 12, for doctor's faults of protocol (1 MB to fetch)",
    packages: ["nginx"],
    from: ["usr/sbin"],
  },
  {
    // As root it wants a user called sshd and the folder /run/sshd; in a user namespace of its own it does not.
    name: "openssh-server",
    version: "9.2p1",
    kind: "debian",
    provides: ["sshd", "ssh", "ssh-keygen", "sftp-server"],
    about: "OpenSSH of Debian 12: machines reached by ssh, and a wrong port (2 MB to fetch)",
    packages: [
      "openssh-server", "openssh-client", "openssh-sftp-server", "libwrap0", "libgssapi-krb5-2", "libkrb5-3",
      "libkrb5support0", "libk5crypto3", "libkeyutils1", "libedit2", "libbsd0", "libmd0", "libfido2-1", "libcbor0.8", "libnsl2", "libtirpc3",
      "libssl3",
    ], // prettier-ignore
    from: ["usr/sbin", "usr/bin", "usr/lib/openssh"],
    environment: { LD_LIBRARY_PATH: libraries },
  },
  {
    // For machines without it. It runs as root only where its tree lies at /usr and /etc: a host of the tests lays it there.
    name: "sudo",
    version: "1.9.13p3",
    kind: "debian",
    provides: ["sudo"],
    about: "sudo of Debian 12, for machines whose files are root's (2 MB to fetch)",
    packages: ["sudo"],
    from: ["usr/bin"],
    environment: {},
  },
  {
    // Everything a small machine has, in one program: what we run there must do with that.
    name: "busybox",
    version: "1.35.0",
    kind: "debian",
    provides: ["busybox"],
    about: "busybox of Debian 12, as the tools of a small machine (1 MB to fetch)",
    packages: ["busybox-static"],
    from: ["bin"],
  },
  {
    name: "acl",
    version: "2.3.1",
    kind: "debian",
    provides: ["getfacl", "setfacl"],
    about:
      "getfacl and setfacl of Debian 12, for files with access control lists (100 kB to fetch)",
    packages: ["acl", "libacl1"],
    from: ["bin", "usr/bin"],
    environment: { LD_LIBRARY_PATH: libraries },
  },
  {
    name: "haproxy",
    version: "2.6.12",
    kind: "debian",
    provides: ["haproxy"],
    about: "HAProxy of Debian 12, for doctor's faults of client certificates (3 MB to fetch)",
    packages: [
      "haproxy",
      "liblua5.3-0",
      "libopentracing-c-wrapper0",
      "libopentracing1",
      "libpcre2-8-0",
      "libssl3",
    ],
    from: ["usr/sbin"],
    environment: { LD_LIBRARY_PATH: libraries },
  },
  {
    // It refuses to run as root; in a user namespace of its own it does not see that it is.
    name: "postgresql",
    version: "15",
    kind: "debian",
    provides: ["postgres", "initdb"],
    about: "PostgreSQL of Debian 12, where TLS begins inside another protocol (30 MB to fetch)",
    packages: [
      "postgresql-15", "libpq5", "libicu72", "libldap-2.5-0", "libsasl2-2", "libxml2", "libxslt1.1", "libgssapi-krb5-2",
      "libkrb5-3", "libkrb5support0", "libk5crypto3", "libkeyutils1", "libssl3",
    ], // prettier-ignore
    from: ["usr/lib/postgresql/15/bin"],
    environment: { LD_LIBRARY_PATH: libraries },
  },
  {
    name: "sslyze",
    version: "6.3.1",
    kind: "python",
    provides: ["sslyze"],
    about: "TLS scanner from PyPI that doctor is timed against (about 20 seconds)",
    requirements: ["sslyze==6.3.1"],
  },
  {
    name: "testssl",
    version: "3.0.8",
    kind: "debian",
    provides: ["testssl"],
    about: "testssl.sh of Debian 12, that doctor is timed against (2 MB to fetch)",
    packages: ["testssl.sh"],
    from: ["usr/bin"],
    data: "etc/testssl",
  },
  {
    name: "pkilint",
    version: "0.13.3",
    kind: "python",
    provides: ["lint_pkix_cert", "lint_crl"],
    about: "certificate and CRL linter from PyPI (about 20 seconds)",
    requirements: ["pkilint==0.13.3"],
  },
];
