import { defineFileFault } from "../../file-fault.ts";

export const fault = defineFileFault({
  id: "file.bom",
  title: "Byte order mark before PEM",
  codes: ["file.bom"],
  says: () => "has a byte order mark (EF BB BF) before a BEGIN line",
  breaks: "Go programs (etcd, Kubernetes), Java and rustls find no block behind it",
  forWhom: "Go, Java and rustls; OpenSSL and Node read it all the same",
  fix: (path, file) => [
    {
      does: `take the three bytes out of ${file.name}`,
      command: `sed -i 's/\\xef\\xbb\\xbf//g' ${path}`,
    },
  ],
  explains: [
    "trust.ca-file-empty",
    "trust.no-ca-configured",
    "client.none-sent",
    "client.rejected",
  ],
  cites: ["RFC 7468 section 2", "Go encoding/pem: Decode"],
  explain: `An editor on Windows put the bytes EF BB BF at the start. They cannot be seen, and openssl reads the file as if
nothing were there, so a check by hand looks good, while etcd says "failed to find any PEM data".`,
});
