import assert from "node:assert/strict";
import { test } from "node:test";

import type { SshAccess } from "./destination.ts";
import { nameFileFailure } from "./name-file-failure.ts";
import { nameSshFailure, nameSudoFailure } from "./name-failure.ts";

const access: SshAccess = { kind: "ssh", destination: "m1", user: "pki", port: 2222, sudo: true };

test("what ssh says is one error each, with what to type", () => {
  const said: readonly (readonly [string, string])[] = [
    ["No ED25519 host key is known for [10.0.0.1]:2222 and you have requested strict checking.\r\nHost key verification failed.\r\n", "node.host-key-unknown"],
    ["@@@\r\n@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\r\nOffending RSA key in /home/a b/known_hosts:7\r\nHost key for [10.0.0.1]:2222 has changed and you have requested strict checking.\r\nHost key verification failed.\r\n", "node.host-key-changed"],
    ["@ WARNING: REVOKED HOST KEY DETECTED! @\r\nHost key verification failed.\r\n", "node.host-key-changed"],
    ["pki@m1: Permission denied (publickey,password).\r\n", "node.authentication-refused"],
    ["Received disconnect from 10.0.0.1 port 22:2: Too many authentication failures\r\n", "node.authentication-refused"],
    ["ssh: Could not resolve hostname m1: Name or service not known\r\n", "node.no-such-name"],
    ["ssh: Could not resolve hostname m1: nodename nor servname provided, or not known\r\n", "node.no-such-name"],
    ["ssh: connect to host m1 port 22: Connection refused\r\n", "node.refused"],
    ["ssh: connect to host m1 port 22: No route to host\r\n", "node.unreachable"],
    ["ssh: connect to host m1 port 22: Operation timed out\r\n", "node.unreachable"],
    ["Connection timed out during banner exchange\r\n", "node.unreachable"],
    ["Timeout, server m1 not responding.\r\n", "node.unreachable"],
    ["/home/a/.ssh/config: line 3: Bad configuration option: nosuch\r\n", "node.ssh-configuration"],
    ["Bad owner or permissions on /home/a/.ssh/config\r\n", "node.ssh-configuration"],
    ["kex_exchange_identification: read: Connection reset by peer\r\n", "node.lost"],
    ["client_loop: send disconnect: Broken pipe\r\n", "node.lost"],
    ["", "node.lost"],
  ]; // prettier-ignore
  for (const [stderr, code] of said) {
    const { code: named, hint, message } = nameSshFailure("n1", access, stderr, "call");
    assert.equal(named, code, stderr);
    assert.match(message, /^n1: /);
    if (code === "node.lost") assert.match(hint!, /ssh -p 2222 -l pki m1 true$/);
  }
});

test("a login that is cut off changed nothing, a call that is cut off may have", () => {
  const stderr = "kex_exchange_identification: Connection closed by remote host\r\n";
  const login = nameSshFailure("n1", access, stderr, "login");
  assert.deepEqual([login.code, login.retry], ["node.unreachable", "later"]);
  const call = nameSshFailure("n1", access, stderr, "call");
  assert.match(call.message, /what was under way may have happened$/);
});

test("a host key that changed is told with its file, its line and the name it is known by", () => {
  const { message, hint } = nameSshFailure(
    "n1",
    access,
    "REMOTE HOST IDENTIFICATION HAS CHANGED!\nOffending RSA key in /home/a b/known_hosts:7\nHost key for [10.0.0.1]:2222 has changed and you have requested strict checking.\n",
    "login",
  );
  assert.match(message, /\(\/home\/a b\/known_hosts:7\)/);
  assert.match(hint!, /ssh-keygen -R '\[10\.0\.0\.1\]:2222' -f '\/home\/a b\/known_hosts'$/);
});

test("sudo's refusals are told apart from a program that failed", () => {
  const code = (stderr: string): string | undefined => nameSudoFailure("n1", access, stderr)?.code;
  assert.equal(code("sudo: a password is required\n"), "node.sudo-password");
  assert.equal(code("sudo: a terminal is required to read the password\n"), "node.sudo-password");
  assert.equal(
    code("sudo: no tty present and no askpass program specified\n"),
    "node.sudo-password",
  );
  assert.equal(code("pki is not in the sudoers file.\n"), "node.sudo-refused");
  assert.equal(
    code(
      "sudo: account validation failure, is your account locked?\nsudo: a password is required\n",
    ),
    "node.sudo-refused",
  );
  assert.equal(
    code("sudo: /usr/bin/sudo must be owned by uid 0 and have the setuid bit set\n"),
    "node.sudo-refused",
  );
  assert.equal(code("env: 'sudo': No such file or directory\n"), "node.program-missing");
  assert.equal(code("Job for etcd.service failed\n"), undefined);
});

test("what tools say of a file is one error each, in glibc's words and in musl's", () => {
  const code = (said: string): string => nameFileFailure("n1", "/a/b", "write", said).code;
  assert.equal(code("cp: can't create '/a/b': Permission denied"), "node.permission");
  assert.equal(code("dd: error writing '/a/b': No space left on device"), "node.disk-full");
  assert.equal(code("dd: error writing '/a/b': Disk quota exceeded"), "node.disk-full");
  assert.equal(code("sh: write error: Quota exceeded"), "node.disk-full");
  assert.equal(code("sh: 1: cannot create /a/b: Read-only file system"), "node.read-only");
  assert.equal(code("sh: 1: cannot create /a/b: Directory nonexistent"), "node.no-folder");
  assert.equal(code("stat: cannot statx '/a/b': Not a directory"), "node.not-a-file");
  assert.equal(code("stat: '/a/b': Symbolic link loop"), "node.not-a-file");
  assert.equal(
    code("mv: cannot move '/a/c' to '/a/b': Device or resource busy"),
    "node.file-failed",
  );
});
