import { defineFileFault } from "../../file-fault.ts";

export const fault = defineFileFault({
  id: "file.jks",
  title: "A Java key store instead of PEM",
  codes: ["file.jks"],
  says: () => "is a Java key store (JKS), where PEM is needed",
  breaks: "only Java reads it",
  fix: (path, file) => [
    {
      does: `take certificate and key out of ${file.name}, by way of PKCS#12`,
      command: `keytool -importkeystore -srckeystore ${path} -destkeystore ${path}.p12 -deststoretype PKCS12 && openssl pkcs12 -in ${path}.p12 -nodes -out ${path}.pem`,
    },
  ],
  explains: [
    "trust.ca-file-empty",
    "trust.unknown-ca",
    "trust.no-ca-configured",
    "client.none-sent",
    "client.rejected",
  ],
  cites: ["JDK: sun.security.provider.JavaKeyStore, magic FEEDFEED"],
  explain: `The file begins with FE ED FE ED (or CE CE CE CE): Java's own store. Everything but Java wants PEM. keytool turns it into
PKCS#12, and openssl that into PEM.`,
});
