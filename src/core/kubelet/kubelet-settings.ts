import { parseDocument } from "yaml";
import { flagValue } from "../manifest/flag-value.ts";
import { pathFrom } from "./path-from.ts";

/** What a kubelet was told of its files, by its flags and by the file that its --config names. */
export interface KubeletSettings {
  readonly kubeconfig?: string;
  /** Whom it takes for who their client certificate says. */
  readonly clientTrust?: string;
  /** Where it keeps what the cluster has signed for it. */
  readonly certificateDirectory: string;
  /** Whether it asks for its client certificate itself, before the old one ends. */
  readonly rotates: boolean;
  /** What it shows to whoever dials it; absent: what it signs itself. */
  readonly serving?: string;
  /** Why it is none whose files are known, each in words after "kubelet ". */
  readonly faults: readonly string[];
}

/** cmd/kubelet/app/options/options.go, NewKubeletFlags; its configuration does not say it. */
const usualDirectory = "/var/lib/kubelet/pki";
/** pkg/cluster/ports/ports.go, KubeletPort: where API servers dial it, and where it is probed. */
const usualPort = 10_250;

interface Configuration {
  readonly authentication?: { readonly x509?: { readonly clientCAFile?: unknown } };
  readonly rotateCertificates?: unknown;
  readonly tlsCertFile?: unknown;
  readonly port?: unknown;
}

/** Flags that are there hold against the configuration (cmd/kubelet/app/server.go, kubeletConfigFlagPrecedence). */
export const kubeletSettings = (
  command: readonly string[],
  configuration: { readonly path: string; readonly text: string } | undefined,
): KubeletSettings => {
  const { config, faults } = read(configuration);
  const flag = (name: string): string | undefined => {
    const value = flagValue(command, name);
    return value === "" ? undefined : value;
  };
  /** Relative to the configuration's folder, as the kubelet has it (pkg/kubelet/kubeletconfig/configfiles, resolveRelativePaths). */
  const file = (value: unknown): string | undefined =>
    typeof value === "string" && value !== "" && configuration !== undefined
      ? pathFrom(configuration.path, value)
      : undefined;
  const kubeconfig = flag("kubeconfig");
  const clientTrust = flag("client-ca-file") ?? file(config.authentication?.x509?.clientCAFile);
  const certificateDirectory = flag("cert-dir") ?? usualDirectory;
  const serving = flag("tls-cert-file") ?? file(config.tlsCertFile);
  const rotation = flagValue(command, "rotate-certificates");
  const port = flag("port") ?? config.port ?? usualPort;
  const paths = { kubeconfig, "client-ca-file": clientTrust, "cert-dir": certificateDirectory };
  return {
    certificateDirectory,
    rotates: isSwitch(command, "rotate-certificates")
      ? rotation !== "false"
      : config.rotateCertificates === true,
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(clientTrust === undefined ? {} : { clientTrust }),
    ...(serving === undefined ? {} : { serving }),
    faults: [
      ...faults,
      ...(kubeconfig === undefined ? ["has no --kubeconfig"] : []),
      ...(clientTrust === undefined
        ? ["has no authentication.x509.clientCAFile: it knows no API server by its certificate"]
        : []),
      ...(flag("config-dir") === undefined
        ? []
        : ["has a --config-dir, whose files may say something else than its --config"]),
      ...(Number(port) === usualPort
        ? []
        : [`listens at port ${String(port)}, and certwright knows ${usualPort} only`]),
      ...Object.entries(paths).flatMap(([name, path]) =>
        path === undefined || path.startsWith("/")
          ? []
          : [`has a path of no fixed place in --${name}: ${path}`],
      ),
    ],
  };
};

/** "--name" alone means true. */
const isSwitch = (command: readonly string[], name: string): boolean =>
  command.some((word) => word.replace(/^--?/, "").split("=")[0] === name && word.startsWith("-"));

const read = (
  configuration: { readonly path: string; readonly text: string } | undefined,
): { readonly config: Configuration; readonly faults: readonly string[] } => {
  if (configuration === undefined) return { config: {}, faults: [] };
  const document = parseDocument(configuration.text);
  const value: unknown = document.errors.length === 0 ? document.toJS() : undefined;
  return typeof value === "object" && value !== null
    ? { config: value, faults: [] }
    : { config: {}, faults: [`has a configuration that is no YAML: ${configuration.path}`] };
};
