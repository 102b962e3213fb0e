import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { Agent, request } from "node:https";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { freePorts } from "../../../src/adapters/etcd/free-ports.ts";
import { componentProgram } from "../../../tools/components/cache.ts";
import { configuration, makeTree } from "../../issuance/kubeadm-tree.ts";

/** What a control plane on 127.0.0.1 consists of, started one by one with kubeadm's files and flags. */
export interface ControlPlane {
  readonly dir: string;
  readonly port: number;
  /** The controller-manager's own. */
  readonly managerPort: number;
  path(file: string): string;
  /** By one rename, as certwright and kubelets write. */
  write(file: string, text: string): void;
  start(name: ProgramName, flags?: Readonly<Record<string, string>>): Promise<void>;
  /** Waits until it has ended by itself; its exit code. */
  ended(name: ProgramName): Promise<number | null>;
  stop(name: ProgramName): Promise<void>;
  /** The process's number, by which one tells that it is still the same. */
  pid(name: ProgramName): number | undefined;
  log(name: ProgramName): string;
  close(): Promise<void>;
}

export type ProgramName = "etcd" | "kube-apiserver" | "kube-controller-manager";

export interface Programs {
  readonly kubeadm: string;
  readonly paths: Readonly<Record<ProgramName, string>>;
}

/** Undefined where one of them is not in the cache. */
export const controlPlanePrograms = (): Programs | undefined => {
  const kubeadm = componentProgram("kubernetes", "kubeadm");
  const etcd = componentProgram("etcd", "etcd");
  const apiserver = componentProgram("kubernetes", "kube-apiserver");
  const manager = componentProgram("kubernetes", "kube-controller-manager");
  if (!kubeadm || !etcd || !apiserver || !manager) return undefined;
  return {
    kubeadm,
    paths: { etcd, "kube-apiserver": apiserver, "kube-controller-manager": manager },
  };
};

/** A folder with all that kubeadm makes for a master whose API server is 127.0.0.1:PORT. Nothing runs yet. */
export const layControlPlane = async (programs: Programs, dir: string): Promise<ControlPlane> => {
  const [port, etcdPort, peerPort, managerPort] = (await freePorts(4)) as [
    number,
    number,
    number,
    number,
  ];
  await makeTree(
    programs.kubeadm,
    dir,
    configuration(join(dir, "pki")).replace(
      "networking:",
      `controlPlaneEndpoint: 127.0.0.1:${port}\nnetworking:`,
    ),
  );
  const path = (file: string): string => join(dir, file);
  mkdirSync(path("logs"));
  const write: ControlPlane["write"] = (file, text) => {
    const temporary = path(`${file}.new`);
    writeFileSync(temporary, text, { mode: 0o600 });
    renameSync(temporary, path(file));
  };
  // kubeadm has the controller-manager dial the master's own address.
  const manager = readFileSync(path("controller-manager.conf"), "utf8");
  write(
    "controller-manager.conf",
    manager.replace(/server: .*/, `server: https://127.0.0.1:${port}`),
  );
  const flagsOf: Readonly<Record<ProgramName, Readonly<Record<string, string>>>> = {
    etcd: {
      name: "node-1",
      "data-dir": path("data"),
      "listen-client-urls": `https://127.0.0.1:${etcdPort}`,
      "advertise-client-urls": `https://127.0.0.1:${etcdPort}`,
      "listen-peer-urls": `http://127.0.0.1:${peerPort}`,
      "initial-advertise-peer-urls": `http://127.0.0.1:${peerPort}`,
      "initial-cluster": `node-1=http://127.0.0.1:${peerPort}`,
      "client-cert-auth": "true",
      "trusted-ca-file": path("pki/etcd/ca.crt"),
      "cert-file": path("pki/etcd/server.crt"),
      "key-file": path("pki/etcd/server.key"),
      "unsafe-no-fsync": "true",
    },
    // As in kubeadm's manifest, but for the addresses.
    "kube-apiserver": {
      "advertise-address": "127.0.0.1",
      "bind-address": "127.0.0.1",
      "secure-port": String(port),
      "endpoint-reconciler-type": "none",
      "authorization-mode": "Node,RBAC",
      "client-ca-file": path("pki/ca.crt"),
      "etcd-servers": `https://127.0.0.1:${etcdPort}`,
      "etcd-cafile": path("pki/etcd/ca.crt"),
      "etcd-certfile": path("pki/apiserver-etcd-client.crt"),
      "etcd-keyfile": path("pki/apiserver-etcd-client.key"),
      "kubelet-client-certificate": path("pki/apiserver-kubelet-client.crt"),
      "kubelet-client-key": path("pki/apiserver-kubelet-client.key"),
      "proxy-client-cert-file": path("pki/front-proxy-client.crt"),
      "proxy-client-key-file": path("pki/front-proxy-client.key"),
      "requestheader-allowed-names": "front-proxy-client",
      "requestheader-client-ca-file": path("pki/front-proxy-ca.crt"),
      "requestheader-extra-headers-prefix": "X-Remote-Extra-",
      "requestheader-group-headers": "X-Remote-Group",
      "requestheader-username-headers": "X-Remote-User",
      "service-account-issuer": "https://kubernetes.default.svc.cluster.local",
      "service-account-key-file": path("pki/sa.pub"),
      "service-account-signing-key-file": path("pki/sa.key"),
      "service-cluster-ip-range": "10.96.0.0/12",
      "tls-cert-file": path("pki/apiserver.crt"),
      "tls-private-key-file": path("pki/apiserver.key"),
    },
    "kube-controller-manager": {
      "bind-address": "127.0.0.1",
      "secure-port": String(managerPort),
      kubeconfig: path("controller-manager.conf"),
      "authentication-kubeconfig": path("controller-manager.conf"),
      "authorization-kubeconfig": path("controller-manager.conf"),
      "client-ca-file": path("pki/ca.crt"),
      "requestheader-client-ca-file": path("pki/front-proxy-ca.crt"),
      "root-ca-file": path("pki/ca.crt"),
      "cluster-signing-cert-file": path("pki/ca-signer.crt"),
      "cluster-signing-key-file": path("pki/ca-signer.key"),
      "service-account-private-key-file": path("pki/sa.key"),
      "use-service-account-credentials": "false",
      "leader-elect": "false",
      // Those that use the files; the others would only compete for the processor.
      controllers:
        "root-ca-certificate-publisher-controller,certificatesigningrequest-signing-controller",
    },
  };
  const running = new Map<ProgramName, ChildProcess>();
  const exits = new Map<ProgramName, Promise<number | null>>();
  const stop = async (name: ProgramName): Promise<void> => {
    const child = running.get(name);
    if (child === undefined) return;
    running.delete(name);
    // They end in order within a second or take half a minute; nothing here is worth that.
    child.kill("SIGKILL");
    await exits.get(name);
  };
  return {
    dir,
    port,
    managerPort,
    path,
    write,
    start: async (name, flags = {}) => {
      await stop(name);
      const words = Object.entries({ ...flagsOf[name], ...flags });
      // Its own: what it says is there as soon as it has ended.
      const log = openSync(path(`logs/${name}.log`), "a");
      const child = spawn(
        programs.paths[name],
        words.map(([flag, value]) => `--${flag}=${value}`),
        { stdio: ["ignore", "ignore", log] },
      );
      closeSync(log);
      exits.set(
        name,
        once(child, "exit").then(([code]: (number | null)[]) => code ?? null),
      );
      running.set(name, child);
      await once(child, "spawn");
    },
    ended: async (name) => {
      const code = await exits.get(name)!;
      running.delete(name);
      return code;
    },
    stop,
    pid: (name) => running.get(name)?.pid,
    log: (name) =>
      existsSync(path(`logs/${name}.log`)) ? readFileSync(path(`logs/${name}.log`), "utf8") : "",
    close: async () => {
      await Promise.all([...running.keys()].map(stop));
    },
  };
};

/** A client's certificate and key, PEM. */
export interface Client {
  readonly cert: string;
  readonly key: string;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** Common name of who signed what the server showed. */
  readonly signer: string;
  /** Of our end of the connection: the same one means the same connection. */
  readonly from: number | undefined;
}

export interface Question {
  readonly client: Client;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** Absent: a connection of its own. */
  readonly agent?: Agent;
  /** 127.0.0.1 when absent. */
  readonly host?: string;
}

/** Asks the server at that port, whoever it is; undefined when no answer comes. */
export const ask = (
  port: number,
  path: string,
  { client, method = "GET", headers = {}, body, agent, host = "127.0.0.1" }: Question,
): Promise<Answer | undefined> =>
  new Promise((resolve) => {
    const asking = request(
      {
        host,
        port,
        path,
        method,
        headers: { "content-type": "application/json", ...headers },
        ...client,
        rejectUnauthorized: false,
        agent: agent ?? false,
        timeout: 10_000,
      },
      (response) => {
        const socket = response.socket as TLSSocket;
        const signer = socket.getPeerCertificate().issuer?.CN;
        const from = socket.localPort;
        let text = "";
        response.on("data", (chunk: Buffer) => (text += chunk.toString("utf8")));
        response.on("error", () => resolve(undefined));
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, body: text, signer: String(signer), from }),
        );
      },
    );
    asking.on("timeout", () => asking.destroy());
    asking.on("error", () => resolve(undefined));
    asking.end(body === undefined ? undefined : JSON.stringify(body));
  });
