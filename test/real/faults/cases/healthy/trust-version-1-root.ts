import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { defineCase } from "../../lab/lab-case.ts";

export const labCase = defineCase({
  fault: "ok",
  title: "a root of X.509 version 1, as openssl x509 -signkey makes it",
  needs: ["openssl"],
  async build(lab) {
    const openssl = (...args: readonly string[]): void => {
      execFileSync("openssl", args, { cwd: lab.folder, stdio: "ignore", timeout: 10_000 });
    };
    const request = (name: string, subject: string): void =>
      openssl(
        "req",
        "-new",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-keyout",
        `${name}.key`,
        "-out",
        `${name}.csr`,
        "-subj",
        subject,
      );
    request("ca", "/CN=old-root");
    openssl(
      "x509",
      "-req",
      "-in",
      "ca.csr",
      "-signkey",
      "ca.key",
      "-out",
      "ca.crt",
      "-days",
      "365",
    );
    request("server", "/CN=127.0.0.1");
    lab.write("extensions", "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\n");
    openssl(
      "x509",
      "-req",
      "-in",
      "server.csr",
      "-CA",
      "ca.crt",
      "-CAkey",
      "ca.key",
      "-CAcreateserial",
      "-extfile",
      "extensions",
      "-out",
      "server.crt",
      "-days",
      "300",
    );
    const read = (name: string): string => readFileSync(join(lab.folder, name), "utf8");
    const port = await lab.https({ cert: read("server.crt"), key: read("server.key") });
    return { args: [`127.0.0.1:${port}`, "--ca", join(lab.folder, "ca.crt")], also: [] };
  },
});
