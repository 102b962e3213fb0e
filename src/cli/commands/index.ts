import type { CommandEntry } from "../command.ts";

/** What `certwright GROUP --help` says a group is for, by its word. */
export const groups: Readonly<Record<string, string>> = {
  ca: "Create certificate authorities and look after them",
  etcd: "Bring up an etcd cluster under mutual TLS and prove it",
};

/** Every command, in the order help shows them; sections keep that order too. Nothing is loaded until it is wanted. */
export const commands: readonly CommandEntry[] = [
  {
    path: ["inspect"],
    summary: "Show what is in files, folders, kubeconfigs and TLS servers",
    section: "Certificates",
    load: () => import("./inspect.ts"),
  },
  {
    path: ["verify"],
    summary: "Verify a certificate as Go programs and as OpenSSL programs would",
    section: "Certificates",
    load: () => import("./verify.ts"),
  },
  {
    path: ["completion"],
    summary: "Print a completion script for bash, zsh or fish",
    section: "This program",
    load: () => import("./completion.ts"),
  },
  {
    path: ["version"],
    summary: "Print the version and what it runs on",
    section: "This program",
    load: () => import("./version.ts"),
  },
];
