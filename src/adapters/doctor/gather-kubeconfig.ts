import { dirname, isAbsolute, join } from "node:path";
import { fieldOf, type Config, type Field } from "../../core/diagnosis/config.ts";
import type { ClientSetup } from "../../core/diagnosis/endpoint.ts";
import type { FileEvidence, FileRole } from "../../core/diagnosis/file-evidence.ts";
import { currentEntries } from "../../core/diagnosis/kubernetes.ts";
import { CertwrightError } from "../../core/errors/certwright-error.ts";
import { readFileBounded } from "../files/read.ts";
import { canStart } from "./find-program.ts";
import type { FlatDocument } from "./flat-yaml.ts";
import { clientFromOptions, serverFromOptions } from "./gather-address.ts";
import { parseEndpoint } from "./parse-endpoint.ts";
import type { Part, Surroundings } from "./part.ts";
import { claimsOf } from "./token-claims.ts";

export const isKubeconfig = (document: FlatDocument): boolean =>
  (document["kind"]?.value === "Config" || document["kind"] === undefined) &&
  Object.keys(document).some((key) =>
    /^(?:clusters\[0\]\.|contexts\[0\]\.|current-context$)/.test(key),
  );

/** A kubeconfig: the cluster and user of its current context, as kubectl would use them. */
export const gatherKubeconfig = (
  document: FlatDocument,
  path: string,
  around: Surroundings,
  _documents?: readonly FlatDocument[],
  pathOf: (written: string) => string = (written) =>
    isAbsolute(written) ? written : join(dirname(path), written),
): Part => {
  const { cluster, user } = currentEntries({ kind: "kubeconfig", file: path, fields: document });
  const command = user === undefined ? undefined : document[`${user}.exec.command`];
  const absent =
    command !== undefined && !canStart(command.value, path, around.env["PATH"] ?? "")
      ? { [command.at.field!]: command }
      : undefined;
  const current = document["current-context"]?.value;
  const config: Config = {
    kind: "kubeconfig",
    file: path,
    fields: withoutSecrets(document),
    ...(current === undefined ? {} : { about: `context ${current}` }),
    ...(absent === undefined ? {} : { absent }),
  };
  const part: Part = { kind: "kubeconfig", configs: [config], connections: [], blind: [] };
  const server = cluster === undefined ? undefined : fieldOf(config, `${cluster}.server`);
  if (cluster === undefined || server === undefined) return part;
  const endpoint = parseEndpoint(server.value, server.at, { program: "kube-apiserver" });
  if (endpoint === undefined)
    return { ...part, blind: [`"${server.value}" in ${path} is no server: https://HOST:6443 is`] };
  const { servername, at } = around.options;
  const name = servername ?? fieldOf(config, `${cluster}.tls-server-name`)?.value;
  const client = clientFromOptions(around, clientOf(document, path, cluster, user, around, pathOf));
  const setup = serverFromOptions(around);
  return {
    ...part,
    connections: [
      {
        endpoint: {
          ...endpoint,
          // What kubectl asks for first; every user that the server knows may read it.
          path: `${endpoint.path.replace(/\/+$/, "")}/api`,
          ...(name === undefined ? {} : { servername: name }),
          ...(at === undefined ? {} : { reachedAt: at }),
        },
        client,
        ...(setup === undefined ? {} : { server: setup }),
      },
    ],
  };
};

/** Fields that hold a secret itself. */
const secret =
  /\.(?:token|password|client-key-data|env\[\d+\]\.value|id-token|refresh-token|access-token|client-secret)$/;

const withoutSecrets = (fields: FlatDocument): FlatDocument =>
  Object.fromEntries(
    Object.entries(fields).map(([key, field]) => [
      key,
      secret.test(key) && field.value !== "" ? { ...field, value: "(secret)" } : field,
    ]),
  );

const clientOf = (
  fields: FlatDocument,
  path: string,
  cluster: string,
  user: string | undefined,
  around: Surroundings,
  pathOf: (written: string) => string,
): ClientSetup => {
  const { evidence } = around;
  const field = (key: string | undefined): Field | undefined => {
    const found = key === undefined ? undefined : fields[key];
    return found === undefined || found.value === "" ? undefined : found;
  };
  const of = (key: string) => (user === undefined ? undefined : `${user}.${key}`);
  const file = (role: FileRole, key: string | undefined): FileEvidence | undefined => {
    // Data goes before a file (clientcmd: overrides).
    const data = field(key === undefined ? undefined : `${key}-data`);
    if (data !== undefined) return evidence.inline(decoded(data.value), role, data.at);
    const named = field(key);
    return named === undefined
      ? undefined
      : evidence.file(pathOf(named.value), role, named.at, pathOf(named.value));
  };
  const ca = file("client-ca", `${cluster}.certificate-authority`);
  const certificate = file("client-certificate", of("client-certificate"));
  const key = file("client-key", of("client-key"));
  const token = tokenOf(field(of("token")), field(of("tokenFile")), around, pathOf);
  const proxy = field(`${cluster}.proxy-url`);
  const untried = untriedOf(
    field(of("exec.command")),
    field(of("username")),
    field(of("auth-provider.name")),
  );
  const place = (within: string | undefined, name: string) => {
    const known = field(within === undefined ? undefined : `${within}.${name}-data`);
    return known?.at ?? { file: path, field: within === undefined ? name : `${within}.${name}` };
  };
  return {
    who: "kubectl",
    insecure: field(`${cluster}.insecure-skip-tls-verify`)?.value === "true",
    places: {
      ca: place(cluster, "certificate-authority"),
      certificate: place(user, "client-certificate"),
      key: place(user, "client-key"),
    },
    ...(ca === undefined ? {} : { ca }),
    ...(certificate === undefined ? {} : { certificate }),
    ...(key === undefined ? {} : { key }),
    ...(token === undefined ? {} : { token }),
    ...(proxy === undefined ? {} : { proxy: { url: proxy.value, source: proxy.at } }),
    ...(untried === undefined ? {} : { untried }),
  };
};

/** Ways of a user to be known that are named and not tried: a plugin may ask, write or cost, a wrong password may count. */
const untriedOf = (
  plugin: Field | undefined,
  name: Field | undefined,
  provider: Field | undefined,
): string | undefined => {
  if (plugin !== undefined) return `the exec plugin "${plugin.value}"`;
  if (name !== undefined) return `the password of "${name.value}"`;
  return provider === undefined ? undefined : `the auth provider "${provider.value}"`;
};

/** Base64 as the field's convention is; anything else is read as it stands, so that the reader names what it sees. */
export const decoded = (value: string): Buffer =>
  /^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(value)
    ? Buffer.from(value, "base64")
    : Buffer.from(value, "utf8");

const tokenOf = (
  inline: Field | undefined,
  file: Field | undefined,
  { evidence }: Surroundings,
  pathOf: (written: string) => string,
): ClientSetup["token"] => {
  // A file goes before the field beside it (client-go rest.Config: BearerTokenFile).
  const field = file ?? inline;
  if (field === undefined) return undefined;
  let text = field.value;
  if (file !== undefined) {
    try {
      text = Buffer.from(readFileBounded(pathOf(file.value)).bytes).toString("utf8");
    } catch (error) {
      if (!(error instanceof CertwrightError)) throw error;
      // That it cannot be read is evidence like that of any other file.
      evidence.file(pathOf(file.value), "other", file.at);
      return undefined;
    }
  }
  const claims = claimsOf(text.trim(), field.at);
  evidence.keepToken(claims, text.trim());
  return claims;
};
