import type { CommandEntry } from "../command.ts";

/** What `certwright GROUP --help` says a group is for, by its word. */
export const groups: Readonly<Record<string, string>> = {
  ca: "Create certificate authorities and look after them",
  estate: "Write down what there is and should be",
  etcd: "Bring up an etcd cluster under mutual TLS and prove it",
  plan: "Plan a change of certificates, see it before anything happens",
};

/** Every command, in the order help shows them; sections keep that order too. Nothing is loaded until it is wanted. */
export const commands: readonly CommandEntry[] = [
  {
    path: ["ca", "create"],
    summary: "Create an issuer with a self-signed root",
    section: "Authority",
    load: () => import("./ca-create.ts"),
  },
  {
    path: ["ca", "intermediate"],
    summary: "Create an issuer below another one, here or elsewhere",
    section: "Authority",
    load: () => import("./ca-intermediate.ts"),
  },
  {
    path: ["ca", "list"],
    summary: "List issuers, and the certificates they issued",
    section: "Authority",
    load: () => import("./ca-list.ts"),
  },
  {
    path: ["ca", "show"],
    summary: "Show an issuer and its generations",
    section: "Authority",
    load: () => import("./ca-show.ts"),
  },
  {
    path: ["ca", "export"],
    summary: "Print what others must trust, or hand a CA over",
    section: "Authority",
    load: () => import("./ca-export.ts"),
  },
  {
    path: ["ca", "generation"],
    summary: "Add a generation to an issuer, or move one on",
    section: "Authority",
    load: () => import("./ca-generation.ts"),
  },
  {
    path: ["ca", "crl"],
    summary: "Sign a fresh list of revoked certificates",
    section: "Authority",
    load: () => import("./ca-crl.ts"),
  },
  {
    path: ["ca", "passphrase"],
    summary: "Change the passphrase of the CA keys",
    section: "Authority",
    load: () => import("./ca-passphrase.ts"),
  },
  {
    path: ["ca", "log"],
    summary: "Show what the PKI did, and that the log is whole",
    section: "Authority",
    load: () => import("./ca-log.ts"),
  },
  {
    path: ["issue"],
    summary: "Issue a certificate for a new key",
    section: "Authority",
    load: () => import("./issue.ts"),
  },
  {
    path: ["sign"],
    summary: "Sign a certificate signing request",
    section: "Authority",
    load: () => import("./sign.ts"),
  },
  {
    path: ["revoke"],
    summary: "Revoke a certificate",
    section: "Authority",
    load: () => import("./revoke.ts"),
  },
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
    path: ["doctor"],
    summary: "Find out why a TLS connection fails, and name the one fault",
    section: "Finding faults",
    load: () => import("./doctor.ts"),
  },
  {
    path: ["explain"],
    summary: "Explain a fault that doctor names",
    section: "Finding faults",
    load: () => import("./explain.ts"),
  },
  {
    path: ["etcd", "init"],
    summary: "Write certificates and configuration of an etcd cluster",
    section: "Clusters",
    load: () => import("./etcd-init.ts"),
  },
  {
    path: ["etcd", "users"],
    summary: "Make etcd's users and roles what the estate says",
    section: "Clusters",
    load: () => import("./etcd-users.ts"),
  },
  {
    path: ["etcd", "check"],
    summary: "Prove the running cluster: health, certificates, refusals",
    section: "Clusters",
    load: () => import("./etcd-check.ts"),
  },
  {
    path: ["plan", "rotate"],
    summary: "Plan a new generation of issuers, without one failed request",
    section: "Change",
    load: () => import("./plan-rotate.ts"),
  },
  {
    path: ["plan", "renew"],
    summary: "Plan new certificates from the current generations",
    section: "Change",
    load: () => import("./plan-renew.ts"),
  },
  {
    path: ["plan", "replace-key"],
    summary: "Plan the fast way out of a stolen CA key",
    section: "Change",
    load: () => import("./plan-replace-key.ts"),
  },
  {
    path: ["plan", "drop-trust"],
    summary: "Plan how a generation is forgotten",
    section: "Change",
    load: () => import("./plan-drop-trust.ts"),
  },
  {
    path: ["estate", "example"],
    summary: "Print an estate file to start from",
    section: "Clusters",
    load: () => import("./estate-example.ts"),
  },
  {
    path: ["estate", "schema"],
    summary: "Print the JSON Schema of estate files, for editors",
    section: "Clusters",
    load: () => import("./estate-schema.ts"),
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
