import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { componentProgram } from "../../../../tools/components/cache.ts";
import { freePorts } from "../../../../src/adapters/etcd/free-ports.ts";
import { startListening } from "../../../tls/servers.ts";
import { asNobody } from "./as-nobody.ts";
import type { Lab } from "./lab.ts";

/** The port of a real OpenSSH server on 127.0.0.1; who has one of these keys can log in, else nobody. */
export const sshd = async (lab: Lab, keys = "none"): Promise<number> => {
  const [port] = await freePorts(1);
  const hostKey = join(lab.folder, "ssh_host_key");
  execFileSync(componentProgram("openssh-server", "ssh-keygen")!, [
    "-q", "-t", "ed25519", "-N", "", "-f", hostKey,
  ]); // prettier-ignore
  const [program, args] = asNobody(componentProgram("openssh-server", "sshd")!, [
    "-D", "-e", "-f", "/dev/null", "-h", hostKey, "-p", String(port),
    "-o", "ListenAddress=127.0.0.1", "-o", "PidFile=none", "-o", "UsePAM=no",
    "-o", `AuthorizedKeysFile=${keys}`, "-o", "StrictModes=no",
  ]); // prettier-ignore
  return lab.keep(await startListening(program, args, port!)).port;
};
