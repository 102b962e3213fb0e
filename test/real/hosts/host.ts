import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { componentProgram } from "../../../tools/components/cache.ts";
import { enter, hold } from "./enter.ts";
import type { Network } from "./network.ts";

/** A machine of its own: network, processes, name, /srv and an SSH server. The rest of its file system is this machine's. */
export interface Host {
  readonly name: string;
  readonly address: string;
  /** Process 1 of the host, as this machine numbers it. */
  readonly pid: number;
  /** One of the host's paths as this machine can open it. */
  path(inside: string): string;
  /** Runs a program on the host without SSH; throws when it fails. */
  run(...command: string[]): string;
  /** The service's log. */
  log(): string;
  /** Packets vanish without a word. */
  disconnect(): void;
  connect(): void;
  slowDown(bytesPerSecond: number | undefined): void;
  stopSshd(): void;
  startSshd(): void;
  /** Ends the server's processes for open connections, as a crash of the machine's SSH would. */
  killConnections(): void;
  /** "operator" may do with sudo what these lines of sudoers(5) say. */
  allow(rules: string): void;
  /** The host shows another key from now on. */
  changeHostKey(): void;
  /** kill -9 of the service. */
  killService(): void;
  /** Leaves so many bytes of /srv/etcd free, 0 if none are named. */
  fillDisk(free?: number): void;
  freeDisk(): void;
  readOnly(on: boolean): void;
  end(): Promise<void>;
}

const sshPrograms = { server: "sshd", keygen: "ssh-keygen" } as const;

export const sshProgram = (which: keyof typeof sshPrograms): string => {
  const program = componentProgram("openssh-server", sshPrograms[which]);
  if (program === undefined) throw new Error("npm run components openssh-server");
  return program;
};

export const makeKey = (path: string): void => {
  execFileSync(sshProgram("keygen"), ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path]);
};

const here = import.meta.dirname;

/** Where sudo's package lies unpacked; not needed where the machine has sudo itself. */
const sudoTree = (): string => join(dirname(componentProgram("sudo", "sudo") ?? "/none"), "tree");

export const startHost = async (options: {
  readonly name: string;
  readonly index: number;
  readonly network: Network;
  readonly folder: string;
  readonly authorizedKeys: string;
  readonly service: readonly string[];
}): Promise<Host> => {
  const { name, index, network, folder } = options;
  const srv = join(folder, name);
  mkdirSync(join(srv, "etcd"), { recursive: true });
  // Homes of their own: login files of this machine's would be run at each call.
  const accounts = readFileSync("/etc/passwd", "utf8").replace(
    /^(root:.*):[^:\n]*:/m,
    "$1:/srv/root:",
  );
  // sshd wants an account of that name for its unprivileged part; "operator" is for logins that are not root's.
  writeFileSync(
    join(srv, "passwd"),
    `${accounts}sshd:x:64998:65534::/run/sshd:/usr/sbin/nologin\noperator:x:64999:64999::/srv/home:/bin/sh\n`,
  );
  mkdirSync(join(srv, "root"));
  mkdirSync(join(srv, "home"));
  execFileSync("chown", ["64999:64999", join(srv, "home")]);
  copyFileSync(join(here, "service.sh"), join(srv, "service"));
  writeFileSync(join(srv, "command"), options.service.map((word) => `${word}\n`).join(""));
  writeFileSync(join(srv, "sshd_config"), sshdConfiguration);
  // A copy: who is no root reads it as himself.
  copyFileSync(options.authorizedKeys, join(srv, "authorized_keys"));
  makeKey(join(srv, "host_key"));
  const holder = await hold(
    ["--net", "--pid", "--mount", "--uts", "--mount-proc"],
    [join(here, "init.sh"), name, srv],
  );
  const run = (...command: string[]): string => enter(holder, "host", command);
  const path = (inside: string): string => join(`/proc/${holder.pid}/root`, inside);
  const ballast = "/srv/etcd/ballast";
  const host: Host = {
    name,
    address: network.addressOf(index),
    pid: holder.pid,
    path,
    run,
    log: () =>
      existsSync(join(srv, "service.log")) ? readFileSync(join(srv, "service.log"), "utf8") : "",
    disconnect: () => network.cut(index),
    connect: () => network.mend(index),
    slowDown: (bytesPerSecond) => network.slow(index, bytesPerSecond),
    stopSshd: () => void run("sh", join(here, "end-sshd.sh"), "listener"),
    startSshd: () =>
      void run(sshProgram("server"), "-f", "/srv/sshd_config", "-E", "/srv/sshd.log"),
    killConnections: () => void run("sh", join(here, "end-sshd.sh"), "connections"),
    allow: (rules) => void run(join(here, "sudo.sh"), sudoTree(), rules),
    changeHostKey() {
      execFileSync("rm", ["-f", join(srv, "host_key"), join(srv, "host_key.pub")]);
      makeKey(join(srv, "host_key"));
      host.stopSshd();
      host.startSshd();
    },
    killService: () =>
      void run("kill", "-KILL", readFileSync(join(srv, "service.pid"), "utf8").trim()),
    fillDisk(free = 0) {
      host.freeDisk();
      const { blocks } = JSON.parse(run("stat", "-f", "-c", '{"blocks":[%a,%S]}', "/srv/etcd")) as {
        blocks: [number, number];
      };
      writeFileSync(path(ballast), new Uint8Array(Math.max(0, blocks[0] * blocks[1] - free)));
    },
    freeDisk: () => void run("rm", "-f", ballast),
    readOnly: (on) => void run("mount", "-o", `remount,${on ? "ro" : "rw"}`, "/srv/etcd"),
    end: () => holder.end(),
  };
  try {
    network.connect(holder, index);
    host.startSshd();
  } catch (error) {
    await holder.end();
    throw error;
  }
  return host;
};

const sshdConfiguration = `HostKey /srv/host_key
PidFile /srv/sshd.pid
AuthorizedKeysFile /srv/authorized_keys
PasswordAuthentication no
KbdInteractiveAuthentication no
StrictModes no
UsePAM no
UseDNS no
LogLevel VERBOSE
MaxStartups 100
PermitUserEnvironment yes
`;
