import {
  commandLinePlaces,
  type ClientSetup,
  type Endpoint,
  type ServerSetup,
} from "../../core/diagnosis/endpoint.ts";
import type { FileRole } from "../../core/diagnosis/file-evidence.ts";
import type { Surroundings, Part } from "./part.ts";

/** The client as the command line describes it; what it leaves out is taken from `configured`. */
export const clientFromOptions = (
  { evidence, options }: Surroundings,
  configured?: ClientSetup,
): ClientSetup => {
  const given = (path: string | undefined, role: FileRole, field: string) =>
    path === undefined ? undefined : evidence.file(path, role, { file: "command line", field });
  const ca = given(options.ca, "client-ca", "--ca") ?? configured?.ca;
  const certificate =
    given(options.cert, "client-certificate", "--cert") ?? configured?.certificate;
  // A certificate file often has its key behind it, as kubelet's has.
  const key =
    given(options.key, "client-key", "--key") ??
    (options.cert === undefined ? configured?.key : given(options.cert, "client-key", "--cert"));
  return {
    insecure: false,
    who: "the client",
    places: commandLinePlaces,
    ...configured,
    ...(ca === undefined ? {} : { ca }),
    ...(certificate === undefined ? {} : { certificate }),
    ...(key === undefined ? {} : { key }),
    ...(options.tlsMax === undefined ? {} : { maxVersion: options.tlsMax }),
  };
};

/** What the command line says of the server's side, over what its configuration says. */
export const serverFromOptions = (
  { evidence, options }: Surroundings,
  configured?: ServerSetup,
): ServerSetup | undefined => {
  const { serverCert, crl } = options;
  if (serverCert === undefined && crl === undefined) return configured;
  const named = (field: string) => ({ file: "command line", field });
  return {
    ...configured,
    ...(serverCert === undefined
      ? {}
      : {
          certificate: evidence.file(serverCert, "server-certificate", named("--server-cert")),
        }),
    ...(crl === undefined ? {} : { crl: evidence.file(crl, "crl", named("--crl")) }),
  };
};

/** A target that is host:port or a URL. */
export const gatherAddress = (endpoint: Endpoint, around: Surroundings): Part => {
  const server = serverFromOptions(around);
  return {
    kind: "address",
    configs: [],
    connections: [
      {
        endpoint,
        client: clientFromOptions(around),
        ...(server === undefined ? {} : { server }),
      },
    ],
    blind: [],
  };
};
