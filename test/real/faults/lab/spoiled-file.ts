import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writePem } from "../../../../src/core/x509/pem.ts";
import type { Lab } from "./lab.ts";
import { pemOf } from "./lab.ts";
import type { Situation } from "./lab-case.ts";

/** What a client of a healthy mTLS server has, before one of its files is spoiled. */
export interface Good {
  readonly caPem: string;
  readonly certPem: string;
  readonly keyPem: string;
  readonly caDer: Uint8Array;
  readonly folder: string;
}

/** A file of the client in place of the good one: its content, or what makes the path itself. */
export type Spoil = (good: Good, path: string) => string | Uint8Array | void;

/** A Node server that demands client certificates, and a client of whose three files one is spoiled. */
export const clientWithSpoiled = async (
  lab: Lab,
  which: "ca" | "cert" | "key",
  spoil: Spoil,
): Promise<Situation & { readonly path: string }> => {
  const ca = lab.ca("CN=lab-ca");
  const server = lab.pair("server", lab.server(["127.0.0.1"], ca));
  // Of another CA: Node would send the server's own as well.
  const clients = lab.ca("CN=client-ca");
  const leaf = lab.client("calico", clients);
  const client = lab.pair("client", leaf);
  const caFile = lab.certificates("ca.crt", ca);
  const port = await lab.https({
    cert: readFileSync(server.cert, "utf8"),
    key: readFileSync(server.key, "utf8"),
    clientCa: pemOf(clients),
  });
  const good: Good = {
    caPem: pemOf(ca),
    certPem: pemOf(leaf),
    keyPem: readFileSync(client.key, "utf8"),
    caDer: ca.certificate.der,
    folder: lab.folder,
  };
  const name = `spoiled.${which === "key" ? "key" : "crt"}`;
  const path = join(lab.folder, name);
  const content = spoil(good, path);
  if (content !== undefined) lab.write(name, content);
  const files = { ca: caFile, cert: client.cert, key: client.key, [which]: path };
  const args = [`127.0.0.1:${port}`, "--ca", files.ca, "--cert", files.cert, "--key", files.key];
  return { args, text: [path], fix: [path], path };
};

/** PEM with another label around the same bytes. */
export const relabelled = (label: string, der: Uint8Array): string => writePem(label, der);
