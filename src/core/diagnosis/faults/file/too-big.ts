import { defineFileFault } from "../../file-fault.ts";
import { locationText } from "../../location.ts";

/** All public CAs together have some 230 kB, a Kubernetes Secret at most 1 MiB; only revocation lists are longer. */
const longest = 1024 * 1024;

export const fault = defineFileFault({
  id: "file.too-big",
  title: "File is far too big",
  codes: ["file.too-big", "x509.too-big"],
  says: ({ size }) =>
    size === undefined
      ? "is far too big for what it should be"
      : `is far too big for what it should be: ${size} bytes`,
  breaks: "it is not read: certificates, keys and lists are far smaller",
  fits: ({ size = 0, role, material }) =>
    size > longest && role !== "crl" && material.revocationLists.length === 0,
  fix: (path, file) => [
    {
      does: `name the right file in ${locationText(file.named)}; see what this one is`,
      command: `file ${path}`,
    },
  ],
  explains: [
    "file.bad-der",
    "file.empty",
    "file.bad-base64",
    "file.truncated",
    "trust.ca-file-empty",
    "trust.unknown-ca",
    "trust.no-ca-configured",
  ],
  cites: ["Kubernetes: a Secret is at most 1 MiB"],
  explain: `A certificate has one or two kilobytes, the bundle of all public CAs some 230. A file of many megabytes is a log, a disk
image or an archive that was named by mistake. certwright reads at most 16 MiB of one file.`,
});
