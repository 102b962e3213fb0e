/** OCSP responses as OpenSSL's responder makes them. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Entity } from "../../../path/workshop.ts";
import type { Lab } from "./lab.ts";

/** A response of that CA about one certificate, DER: "V" good, "R" revoked yesterday; good for a week. */
export const ocspResponse = (lab: Lab, ca: Entity, leaf: Entity, status: "V" | "R"): Uint8Array => {
  const issuer = lab.certificates("ocsp-ca.crt", ca);
  const cert = lab.certificates("ocsp-leaf.crt", leaf);
  const stamp = (at: number): string =>
    new Date(at)
      .toISOString()
      .replaceAll(/[-:T]|\.\d+/g, "")
      .slice(2);
  const { serial, notAfter } = leaf.certificate;
  const revoked = status === "R" ? stamp(lab.now - 86_400_000) : "";
  const index = lab.write(
    "ocsp-index.txt",
    `${[status, stamp(notAfter), revoked, serial.toUpperCase(), "unknown", "/CN=x"].join("\t")}\n`,
  );
  const request = join(lab.folder, "ocsp.req");
  const response = join(lab.folder, "ocsp.resp");
  const openssl = (...args: readonly string[]): void => {
    execFileSync("openssl", ["ocsp", "-issuer", issuer, ...args], {
      stdio: "ignore",
      timeout: 10_000,
    });
  };
  openssl("-cert", cert, "-reqout", request);
  openssl(
    "-index",
    index,
    "-CA",
    issuer,
    "-rsigner",
    issuer,
    "-rkey",
    lab.privateKey("ocsp.key", ca),
    "-reqin",
    request,
    "-respout",
    response,
    "-ndays",
    "7",
  );
  return readFileSync(response);
};
