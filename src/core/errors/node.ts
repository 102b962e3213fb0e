import { shellWord } from "../text/shell-word.ts";
import { define } from "./definition.ts";

const seconds = (milliseconds: number): string => `${Math.round(milliseconds / 100) / 10} s`;

const folderOf = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf("/")));

/** What failed on the way to a machine or on it. Each names the machine; "this machine" is called by its name as well. */
export const nodeErrors = {
  "node.no-ssh": define<{ node: string }>({
    message: (p) => `${p.node}: cannot be reached: there is no ssh on this machine's PATH`,
    hint: () => "apt install openssh-client",
    retry: "never",
    exit: 1,
  }),
  "node.ssh-configuration": define<{ node: string; why: string; retry: string }>({
    message: (p) => `${p.node}: ssh does not take its configuration: ${p.why}`,
    hint: (p) => `put it right, then try: ${p.retry} true`,
    retry: "never",
    exit: 1,
  }),
  "node.host-key-unknown": define<{ node: string; destination: string; retry: string }>({
    message: (p) =>
      `${p.node}: the host key of ${p.destination} is not among the known ones; nothing was sent there`,
    hint: (p) =>
      `compare the fingerprint it shows with the machine's, then answer yes: ${p.retry} true`,
    retry: "never",
    exit: 1,
  }),
  "node.host-key-changed": define<{
    node: string;
    destination: string;
    /** As the known hosts have it. */
    name: string;
    file: string | undefined;
    line: string | undefined;
  }>({
    message: (p) =>
      `${p.node}: ${p.destination} shows another host key than before${p.file === undefined ? "" : ` (${p.file}:${p.line})`}: it was installed anew, or somebody stands in between; nothing was sent there`,
    hint: (p) =>
      `only when you know why it changed: ssh-keygen -R ${shellWord(p.name)}${p.file === undefined ? "" : ` -f ${shellWord(p.file)}`}`,
    retry: "never",
    exit: 1,
  }),
  "node.authentication-refused": define<{
    node: string;
    destination: string;
    offered: string | undefined;
    retry: string;
  }>({
    message: (p) =>
      `${p.node}: ${p.destination} lets nobody in with the keys offered${p.offered === undefined ? "" : ` (it takes ${p.offered})`}; certwright never types a password`,
    hint: (p) => `see which keys are offered: ssh-add -l; ${p.retry} -v true`,
    retry: "never",
    exit: 1,
  }),
  "node.no-such-name": define<{ node: string; name: string }>({
    message: (p) => `${p.node}: neither /etc/hosts nor DNS knows the name ${p.name}`,
    hint: (p) => `see what the system says: getent hosts ${shellWord(p.name)}`,
    retry: "later",
    exit: 1,
  }),
  "node.refused": define<{ node: string; destination: string; retry: string }>({
    message: (p) => `${p.node}: no SSH server listens on ${p.destination}`,
    hint: (p) => `start it on the machine (systemctl start ssh), then try: ${p.retry} true`,
    retry: "later",
    exit: 1,
  }),
  "node.unreachable": define<{ node: string; destination: string; why: string; retry: string }>({
    message: (p) => `${p.node}: ${p.destination} does not answer: ${p.why}`,
    hint: (p) => `see whether the machine is up and the network lets you through: ${p.retry} true`,
    retry: "later",
    exit: 1,
  }),
  "node.lost": define<{ node: string; destination: string; why: string; retry: string }>({
    message: (p) =>
      `${p.node}: the connection to ${p.destination} ended in the middle: ${p.why}; what was under way may have happened`,
    hint: (p) => `see whether it lets you in again: ${p.retry} true`,
    retry: "later",
    exit: 1,
  }),
  "node.shell-unusable": define<{ node: string; why: string }>({
    message: (p) => `${p.node}: its login shell cannot be used: ${p.why}`,
    hint: () =>
      "give the account a POSIX shell, for example chsh -s /bin/sh, and no forced command",
    retry: "never",
    exit: 1,
  }),
  "node.sudo-password": define<{ node: string; user: string }>({
    message: (p) => `${p.node}: sudo wants a password there, and certwright has none to give`,
    hint: (p) =>
      `on that machine, in visudo -f /etc/sudoers.d/certwright: ${p.user} ALL=(root) NOPASSWD: ALL`,
    retry: "never",
    exit: 1,
  }),
  "node.sudo-refused": define<{ node: string; why: string; user: string }>({
    message: (p) => `${p.node}: sudo refuses: ${p.why}`,
    hint: (p) =>
      `on that machine, in visudo -f /etc/sudoers.d/certwright: ${p.user} ALL=(root) NOPASSWD: ALL`,
    retry: "never",
    exit: 1,
  }),
  "node.deadline": define<{ node: string; awaited: string; milliseconds: number }>({
    message: (p) => `${p.node}: waited ${seconds(p.milliseconds)} in vain for ${p.awaited}`,
    hint: () =>
      "see whether the machine is busy or away; a program that goes on running must not keep the output it was started with",
    retry: "later",
    exit: 4,
  }),
  "node.program-missing": define<{ node: string; program: string }>({
    message: (p) => `${p.node}: there is no program ${p.program}`,
    hint: (p) => `on that machine: command -v ${shellWord(p.program)}`,
    retry: "never",
    exit: 1,
  }),
  "node.program-unusable": define<{ node: string; program: string; why: string }>({
    message: (p) => `${p.node}: ${p.program} cannot be started: ${p.why}`,
    hint: (p) => `on that machine: ls -l ${shellWord(p.program)}`,
    retry: "never",
    exit: 1,
  }),
  "node.output-too-big": define<{ node: string; program: string; limit: number }>({
    message: (p) => `${p.node}: ${p.program} printed more than ${p.limit} bytes and was ended`,
    hint: () => "a command of the estate file should say little",
    retry: "never",
    exit: 1,
  }),
  "node.no-processes": define<{ node: string; platform: string }>({
    message: (p) => `${p.node}: its processes cannot be seen: no /proc on ${p.platform}`,
    hint: () => "start times of programs are read on Linux only",
    retry: "never",
    exit: 1,
  }),
  "node.no-such-account": define<{ node: string; user: string; group: string | undefined }>({
    message: (p) =>
      `${p.node}: has no user ${p.user}${p.group === undefined ? "" : ` or no group ${p.group}`}`,
    hint: (p) => `on that machine: useradd --system ${shellWord(p.user)}`,
    retry: "never",
    exit: 1,
  }),
  "node.dial-refused": define<{ node: string; target: string }>({
    message: (p) => `${p.node}: nothing listens on ${p.target}, seen from there`,
    hint: () => "on that machine: ss -ltnp",
    retry: "later",
    exit: 1,
  }),
  "node.dial-failed": define<{ node: string; target: string; why: string }>({
    message: (p) => `${p.node}: ${p.target} cannot be reached from there: ${p.why}`,
    retry: "later",
    exit: 1,
  }),
  "node.changed": define<{ node: string; path: string; found: string }>({
    message: (p) => `${p.node}: ${p.path}: ${p.found} since it was looked at; nothing was written`,
    hint: () => "somebody else writes there: find out who, then make a new plan",
    retry: "never",
    exit: 1,
  }),
  "node.half-written": define<{
    node: string;
    written: readonly string[];
    path: string;
    why: string;
  }>({
    message: (p) =>
      `${p.node}: ${p.written.join(", ")} written, but not ${p.path} that belongs to it: ${p.why}`,
    hint: () =>
      "put the cause right and go on, or bring back what was there before: certwright rollback",
    retry: "later",
    exit: 1,
  }),
  "node.path-not-absolute": define<{ node: string; path: string }>({
    message: (p) => `${p.node}: ${p.path}: an absolute path is needed`,
    retry: "never",
    exit: 2,
  }),
  "node.not-a-file": define<{ node: string; path: string; why: string }>({
    message: (p) => `${p.node}: ${p.path}: ${p.why}; a regular file is needed`,
    hint: (p) => `on that machine: namei -l ${shellWord(p.path)}`,
    retry: "never",
    exit: 1,
  }),
  "node.not-a-link": define<{ node: string; path: string }>({
    message: (p) => `${p.node}: ${p.path} is no symbolic link, and has to be one`,
    hint: (p) => `on that machine: namei -l ${shellWord(p.path)}`,
    retry: "never",
    exit: 1,
  }),
  "node.file-too-big": define<{ node: string; path: string; size: number; limit: number }>({
    message: (p) => `${p.node}: ${p.path}: ${p.size} bytes, more than the ${p.limit} allowed`,
    hint: () => "certificates and keys are far smaller: is this the right file?",
    retry: "never",
    exit: 1,
  }),
  "node.no-folder": define<{ node: string; path: string }>({
    message: (p) => `${p.node}: ${p.path}: its folder does not exist`,
    hint: (p) => `on that machine: mkdir -p ${shellWord(folderOf(p.path))}`,
    retry: "never",
    exit: 1,
  }),
  "node.permission": define<{ node: string; path: string; operation: string }>({
    message: (p) => `${p.node}: ${p.path}: no permission to ${p.operation} it`,
    hint: (p) =>
      `say "sudo: true" for this node, or look at the owners on that machine: namei -l ${shellWord(p.path)}`,
    retry: "never",
    exit: 1,
  }),
  "node.disk-full": define<{ node: string; path: string }>({
    message: (p) => `${p.node}: ${p.path}: no space left on its disk; nothing was changed`,
    hint: (p) => `on that machine: df -h ${shellWord(folderOf(p.path))}`,
    retry: "later",
    exit: 1,
  }),
  "node.read-only": define<{ node: string; path: string }>({
    message: (p) => `${p.node}: ${p.path}: its file system is mounted read-only`,
    hint: (p) => `on that machine: findmnt -T ${shellWord(folderOf(p.path))}`,
    retry: "later",
    exit: 1,
  }),
  "node.file-failed": define<{ node: string; path: string; operation: string; why: string }>({
    message: (p) =>
      `${p.node}: ${p.path}: the system refused to ${p.operation} it${p.why === "" ? "" : ` (${p.why})`}`,
    retry: "later",
    exit: 1,
  }),
};
