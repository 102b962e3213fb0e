import { failure, type CertwrightError } from "../../../core/errors/certwright-error.ts";
import { byHand, type SshAccess } from "./destination.ts";

/** The lines of a banner of @ signs and of debugging are no reason. */
const lastWords = (stderr: string): string =>
  stderr
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "" && !/^@|^debug\d:/.test(line))
    .slice(-3)
    .join("; ")
    .slice(0, 500);

/**
 * Why ssh did not get there, by what it says. Its messages are not translated; the texts are those of OpenSSH 9
 * (sshconnect.c, ssh.c, readconf.c, misc.c) and the C library's for system calls.
 */
export const nameSshFailure = (
  node: string,
  access: SshAccess,
  stderr: string,
  /** Nothing can be under way during a login. */
  during: "login" | "call",
): CertwrightError => {
  const { destination } = access;
  const retry = byHand(access);
  if (/HOST IDENTIFICATION HAS CHANGED|REVOKED HOST KEY/.test(stderr)) {
    const known = /^Offending \S+ key in (.+):(\d+)/m.exec(stderr);
    const [, file, line] = known ?? [];
    // An alias of the configuration is not what the file knows it by.
    const name = /^Host key for (\S+) has changed/m.exec(stderr)?.[1] ?? destination;
    return failure("node.host-key-changed", { node, destination, name, file, line });
  }
  if (/No \S+ host key is known for|Host key verification failed/.test(stderr)) {
    return failure("node.host-key-unknown", { node, destination, retry });
  }
  if (/Permission denied \(|Too many authentication failures/.test(stderr)) {
    const offered = /Permission denied \(([^)]*)\)/.exec(stderr)?.[1];
    return failure("node.authentication-refused", { node, destination, offered, retry });
  }
  if (/Could not resolve hostname/.test(stderr)) {
    const name = /Could not resolve hostname ([^:]+):/.exec(stderr)?.[1] ?? destination;
    return failure("node.no-such-name", { node, name });
  }
  if (/Connection refused/.test(stderr)) {
    return failure("node.refused", { node, destination, retry });
  }
  if (/No route to host|Network is unreachable|Host is down/.test(stderr)) {
    return failure("node.unreachable", { node, destination, why: lastWords(stderr), retry });
  }
  if (/timed out|Timeout, server/.test(stderr)) {
    return failure("node.unreachable", { node, destination, why: lastWords(stderr), retry });
  }
  if (
    /Bad configuration option|terminating, \d+ bad|Bad owner or permissions|Can't open user config/.test(
      stderr,
    )
  ) {
    return failure("node.ssh-configuration", { node, why: lastWords(stderr), retry });
  }
  const why = lastWords(stderr) || "the connection was closed without a word";
  return during === "login"
    ? failure("node.unreachable", { node, destination, why, retry })
    : failure("node.lost", { node, destination, why, retry });
};

/** Why sudo did not run anything, by what it says in the C locale; undefined when that is not what happened. */
export const nameSudoFailure = (
  node: string,
  access: SshAccess,
  stderr: string,
): CertwrightError | undefined => {
  const user = access.user ?? "USER";
  // With an account that PAM refuses it says that a password is required, too.
  const closed = [
    "account validation failure",
    "is not in the sudoers file",
    "may not run sudo",
    "is not allowed to execute",
    "sudo: .*must be (?:owned|setuid)",
  ];
  if (new RegExp(closed.join("|")).test(stderr)) {
    return failure("node.sudo-refused", { node, why: lastWords(stderr), user });
  }
  if (/sudo: (?:a password is required|a terminal is required)|sudo: no tty present/.test(stderr)) {
    return failure("node.sudo-password", { node, user });
  }
  if (/sudo.*(?:not found|No such file)/.test(stderr)) {
    return failure("node.program-missing", { node, program: "sudo" });
  }
  return undefined;
};
