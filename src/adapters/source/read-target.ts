import { joinMaterial, noMaterial, type Material } from "../../core/material/material.ts";
import { parseCertificate } from "../../core/x509/certificate.ts";
import { CertwrightError } from "../../core/errors/certwright-error.ts";
import { digests } from "../crypto/node-digests.ts";
import { faultMaterial, readBytes, readKeysBeside, readOneFile } from "./read-file.ts";
import { readFolder } from "./read-folder.ts";
import { readStdin } from "./stdin.ts";
import { targetOf } from "./target.ts";

export interface ReadOptions {
  /** Milliseconds for all of a server, and of silence on standard input; absent: what each phase may take by default. */
  readonly timeout: number | undefined;
  /** SNI instead of the host of the target. */
  readonly serverName?: string | undefined;
  readonly stdin: () => NodeJS.ReadStream;
  /** Asked for only when there is something to wait for. */
  readonly signal: () => AbortSignal;
}

/** What a TLS server showed besides its certificates. */
export interface ServerFacts {
  readonly target: string;
  readonly address: string;
  readonly version: string;
  readonly wantsClientCertificate: boolean;
  /** DER of distinguished names. */
  readonly acceptableAuthorities: readonly Uint8Array[];
  /** Why the handshake did not complete; undefined when it did. */
  readonly refusal: string | undefined;
}

export interface TargetReading {
  readonly material: Material;
  readonly server?: ServerFacts;
}

/** What a pipe may be silent for: `kubectl get … | certwright inspect -` waits for an API server's 10 s and more. */
const silence = 60_000;

export const standardInput = "standard input";

/**
 * Everything that a word on the command line points at: file, folder, manifest, server or standard input.
 * What cannot be read is among the faults; only defects throw.
 */
export const readTarget = async (word: string, options: ReadOptions): Promise<TargetReading> => {
  const target = targetOf(word);
  try {
    switch (target.kind) {
      case "stdin": {
        const bytes = await readStdin(
          options.stdin(),
          options.timeout ?? silence,
          options.signal(),
        );
        return { material: await readBytes(bytes, standardInput) };
      }
      case "folder":
        return { material: await readFolder(target.path) };
      case "file":
        return { material: await readNamedFile(target.path) };
      case "server":
        return await readServer(word, target, options);
    }
  } catch (error) {
    const source = target.kind === "stdin" ? standardInput : word;
    return { material: faultMaterial(error, source) };
  }
};

const readNamedFile = async (path: string): Promise<Material> => {
  const material = await readOneFile(path);
  const alone = material.certificates.length > 0 && material.privateKeys.length === 0;
  return alone ? joinMaterial([material, readKeysBeside(path)]) : material;
};

const readServer = async (
  source: string,
  { host, port }: { readonly host: string; readonly port: number },
  { timeout, serverName, signal }: ReadOptions,
): Promise<TargetReading> => {
  // Only now: node:tls costs 20 ms of start.
  const { servedChain } = await import("../tls/served-chain.ts");
  const seen = await servedChain(
    { host, port, ...(serverName === undefined ? {} : { servername: serverName }) },
    timeout === undefined
      ? {}
      : { deadline: timeout, dns: timeout, connect: timeout, handshake: timeout },
    signal(),
  );
  const parts = seen.chain.map((der, offset): Material => {
    const place = { source, offset, within: `certificate ${offset + 1} of ${seen.chain.length}` };
    try {
      const certificate = parseCertificate(der, { digests, reading: "tolerant" });
      return { ...noMaterial, certificates: [{ place, certificate }] };
    } catch (error) {
      if (!(error instanceof CertwrightError)) throw error;
      return faultMaterial(error, source);
    }
  });
  return {
    material: joinMaterial(parts),
    server: {
      target: source,
      address: seen.address,
      version: seen.version,
      wantsClientCertificate: seen.certificateRequested,
      acceptableAuthorities: seen.acceptableAuthorities,
      refusal: seen.refusal,
    },
  };
};
