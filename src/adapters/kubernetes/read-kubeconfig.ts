import { X509Certificate } from "node:crypto";
import { dirname, isAbsolute, join } from "node:path";
import { createSecureContext } from "node:tls";
import type { Field } from "../../core/diagnosis/config.ts";
import { currentEntries } from "../../core/diagnosis/kubernetes.ts";
import { CertwrightError, failure, isFailure } from "../../core/errors/certwright-error.ts";
import { decoded } from "../doctor/gather-kubeconfig.ts";
import { flatYaml, type FlatDocument } from "../doctor/flat-yaml.ts";
import { readFileBounded } from "../files/read.ts";
import type { Plugin } from "./exec-plugin.ts";

/** What a kubeconfig's current context says, files read. */
export interface Kubeconfig {
  readonly path: string;
  readonly server: URL;
  /** PEM; absent: the system's CAs. */
  readonly ca?: string;
  readonly verify: boolean;
  /** Name that the server's certificate has to be for, instead of the host. */
  readonly serverName?: string;
  readonly pair?: KeyPair;
  readonly token?: string;
  readonly plugin?: Plugin;
  readonly impersonate?: { readonly user: string; readonly groups: readonly string[] };
  /** Everything that was read. */
  readonly files: readonly string[];
}

export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** The current context of a kubeconfig, as kubectl would use it. Throws kubernetes.kubeconfig with line and field. */
export const readKubeconfig = (path: string): Kubeconfig => {
  const files = [path];
  const fields = parse(path);
  const { cluster, user } = entries(fields, path);
  const fault = (field: Field, why: string) =>
    failure("kubernetes.kubeconfig", {
      path,
      ...(field.at.line === undefined ? {} : { line: field.at.line }),
      ...(field.at.field === undefined ? {} : { field: field.at.field }),
      why,
    });
  const field = (entry: string | undefined, name: string): Field | undefined => {
    const found = entry === undefined ? undefined : fields[`${entry}.${name}`];
    return found === undefined || found.value === "" ? undefined : found;
  };
  const read = (at: Field): string => {
    const named = isAbsolute(at.value) ? at.value : join(dirname(path), at.value);
    try {
      const text = Buffer.from(readFileBounded(named).bytes).toString("utf8");
      files.push(named);
      return text;
    } catch (error) {
      if (error instanceof CertwrightError) throw fault(at, error.message);
      throw error;
    }
  };
  /** Data goes before a file (clientcmd: overrides). */
  const material = (entry: string | undefined, name: string) => {
    const data = field(entry, `${name}-data`);
    if (data !== undefined) return { at: data, pem: decoded(data.value).toString("utf8") };
    const file = field(entry, name);
    return file === undefined ? undefined : { at: file, pem: read(file) };
  };

  for (const [name, why] of unsupported) {
    const found = field(cluster, name) ?? field(user, name);
    if (found !== undefined) throw fault(found, why);
  }
  const server = field(cluster, "server")!;
  const ca = material(cluster, "certificate-authority");
  if (ca !== undefined)
    check(
      () => new X509Certificate(ca.pem),
      (why) => fault(ca.at, why),
    );
  const certificate = material(user, "client-certificate");
  const key = material(user, "client-key");
  const pair = ((): KeyPair | undefined => {
    if (certificate === undefined && key === undefined) return undefined;
    if (certificate === undefined || key === undefined)
      throw fault((certificate ?? key)!.at, "a client certificate and its key belong together");
    check(
      () => new X509Certificate(certificate.pem),
      (why) => fault(certificate.at, why),
    );
    check(
      () => createSecureContext({ cert: certificate.pem, key: key.pem }),
      (why) => fault(key.at, `is not the key of ${certificate.at.at.field}: ${why}`),
    );
    return { certificate: certificate.pem, key: key.pem };
  })();
  // A file goes before the field beside it (client-go rest.Config: BearerTokenFile).
  const tokenFile = field(user, "tokenFile");
  const token = tokenFile === undefined ? field(user, "token")?.value : read(tokenFile).trim();
  const command = field(user, "exec.command");
  const serverName = field(cluster, "tls-server-name")?.value;
  const impersonated = field(user, "as")?.value;
  return {
    path,
    server: serverOf(server, fault),
    verify: field(cluster, "insecure-skip-tls-verify")?.value !== "true",
    files,
    ...(ca === undefined ? {} : { ca: ca.pem }),
    ...(serverName === undefined ? {} : { serverName }),
    ...(pair === undefined ? {} : { pair }),
    ...(token === undefined ? {} : { token }),
    ...(command === undefined ? {} : { plugin: pluginOf(fields, `${user}.exec`, path) }),
    ...(impersonated === undefined
      ? {}
      : { impersonate: { user: impersonated, groups: listOf(fields, `${user}.as-groups`) } }),
  };
};

/** What would change where we speak to or as whom, and is not done. */
const unsupported = [
  ["proxy-url", "an API server behind a proxy is not reached yet; give a kubeconfig without one"],
  ["auth-provider.name", "auth providers are gone since Kubernetes 1.26; use an exec plugin"],
  ["username", "kube-apiserver takes no passwords since 1.19; use a certificate or a token"],
] as const;

const parse = (path: string): FlatDocument => {
  try {
    const { bytes } = readFileBounded(path);
    return flatYaml(bytes, path)[0] ?? {};
  } catch (error) {
    if (!(error instanceof CertwrightError)) throw error;
    if (isFailure(error, "source.manifest")) {
      const { line, why } = error.parameters;
      throw failure(
        "kubernetes.kubeconfig",
        { path, line: Number(line), why: `not readable as YAML: ${String(why)}` },
        error,
      );
    }
    const { message } = error as CertwrightError;
    throw failure("kubernetes.kubeconfig", { path, why: message.replace(`${path}: `, "") }, error);
  }
};

const entries = (
  fields: FlatDocument,
  path: string,
): { readonly cluster: string; readonly user: string | undefined } => {
  const current = fields["current-context"];
  const at = (field: Field | undefined, name: string, why: string) =>
    failure("kubernetes.kubeconfig", {
      path,
      ...(field?.at.line === undefined ? {} : { line: field.at.line }),
      field: name,
      why,
    });
  if (current === undefined || current.value === "")
    throw at(undefined, "current-context", "is not set, so nothing says which cluster is meant");
  const found = currentEntries({ kind: "kubeconfig", file: path, fields });
  if (found.context === undefined)
    throw at(current, "current-context", `there is no context "${current.value}"`);
  const named = (name: "cluster" | "user") => fields[`${found.context}.context.${name}`];
  const missing = (name: "cluster" | "user") => {
    const field = named(name);
    return at(
      field ?? current,
      `${found.context}.context.${name}`,
      field === undefined ? "is not set" : `there is no ${name} "${field.value}"`,
    );
  };
  if (found.cluster === undefined) throw missing("cluster");
  if (found.user === undefined && (named("user")?.value ?? "") !== "") throw missing("user");
  if ((fields[`${found.cluster}.server`]?.value ?? "") === "")
    throw at(named("cluster"), `${found.cluster}.server`, "is not set");
  return { cluster: found.cluster, user: found.user };
};

const serverOf = (field: Field, fault: (field: Field, why: string) => Error): URL => {
  const written = field.value.includes("://") ? field.value : `https://${field.value}`;
  if (!URL.canParse(written)) throw fault(field, `"${field.value}" is no address of a server`);
  const url = new URL(written);
  // What is sent there identifies us; plain HTTP is for "kubectl proxy" on this machine.
  if (url.protocol === "http:" && /^(?:127\.|localhost$|\[::1\])/.test(url.hostname)) return url;
  if (url.protocol !== "https:") throw fault(field, `"${field.value}" is not https`);
  return url;
};

const listOf = (fields: FlatDocument, key: string): string[] => {
  const list: string[] = [];
  for (let i = 0; fields[`${key}[${i}]`] !== undefined; i++)
    list.push(fields[`${key}[${i}]`]!.value);
  return list;
};

const pluginOf = (fields: FlatDocument, entry: string, path: string): Plugin => {
  const command = fields[`${entry}.command`]!.value;
  const environment: Record<string, string> = {};
  for (let i = 0; fields[`${entry}.env[${i}].name`] !== undefined; i++)
    environment[fields[`${entry}.env[${i}].name`]!.value] =
      fields[`${entry}.env[${i}].value`]?.value ?? "";
  return {
    kubeconfig: path,
    // As clientcmd has it: a name is looked for in PATH, a relative path is beside the kubeconfig.
    command: command.includes("/") && !isAbsolute(command) ? join(dirname(path), command) : command,
    arguments: listOf(fields, `${entry}.args`),
    environment,
    apiVersion: fields[`${entry}.apiVersion`]?.value ?? "client.authentication.k8s.io/v1",
  };
};

const check = (look: () => unknown, fault: (why: string) => Error): void => {
  try {
    look();
  } catch (error) {
    throw fault(error instanceof Error ? error.message : String(error));
  }
};
