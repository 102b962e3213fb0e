import { execFile } from "node:child_process";
import { failure } from "../../core/errors/certwright-error.ts";
import type { KeyPair } from "./read-kubeconfig.ts";

/** A program that a kubeconfig names to get credentials from. */
export interface Plugin {
  readonly kubeconfig: string;
  readonly command: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** "client.authentication.k8s.io/v1" */
  readonly apiVersion: string;
}

export interface PluginCredentials {
  readonly token?: string;
  readonly pair?: KeyPair;
  /** Milliseconds since 1970; absent: as long as we run. */
  readonly expires?: number;
}

/** A credential is a token or a chain with its key. */
const outputLimit = 256 * 1024;

/**
 * Runs an exec plugin (client.authentication.k8s.io, ExecCredential) without a terminal: one that wants to ask a
 * question fails. Throws kubernetes.plugin; what it printed on standard output is never part of that.
 */
export const runPlugin = async (plugin: Plugin, deadline: number): Promise<PluginCredentials> => {
  const fail = (why: string) =>
    failure("kubernetes.plugin", { path: plugin.kubeconfig, command: plugin.command, why });
  const request = {
    apiVersion: plugin.apiVersion,
    kind: "ExecCredential",
    spec: { interactive: false },
  };
  const text = await new Promise<string>((resolve, reject) => {
    const child = execFile(
      plugin.command,
      plugin.arguments,
      {
        env: {
          ...process.env,
          ...plugin.environment,
          KUBERNETES_EXEC_INFO: JSON.stringify(request),
        },
        maxBuffer: outputLimit,
      },
      (error, stdout, stderr) => {
        clearTimeout(timer);
        if (error === null) return resolve(stdout);
        if (error.code === "ENOENT") return reject(fail("there is no such program"));
        const [line = ""] = stderr.trim().split("\n");
        reject(
          fail(
            late
              ? `it was still running after ${deadline / 1000} s`
              : `it ended with ${error.code ?? error.signal}${line === "" ? "" : `: ${line}`}`,
          ),
        );
      },
    );
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill("SIGKILL");
    }, deadline);
    child.stdin?.end();
  });
  const status = statusOf(text);
  if (status === undefined) throw fail("it printed no ExecCredential with a status");
  const { token, clientCertificateData: certificate, clientKeyData: key } = status;
  const expires =
    status.expirationTimestamp === undefined ? NaN : Date.parse(status.expirationTimestamp);
  if (token === undefined && (certificate === undefined || key === undefined))
    throw fail("its ExecCredential has neither a token nor a certificate with its key");
  return {
    ...(token === undefined ? {} : { token }),
    ...(certificate === undefined || key === undefined ? {} : { pair: { certificate, key } }),
    ...(Number.isNaN(expires) ? {} : { expires }),
  };
};

interface Status {
  readonly token?: string;
  readonly clientCertificateData?: string;
  readonly clientKeyData?: string;
  readonly expirationTimestamp?: string;
}

const statusOf = (text: string): Status | undefined => {
  try {
    const { status } = JSON.parse(text) as { readonly status?: Status };
    return status;
  } catch {
    return undefined;
  }
};
