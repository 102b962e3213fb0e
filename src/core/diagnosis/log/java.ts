import type { LogParser } from "./parser.ts";

/** The first of Java's SSL exceptions in a line, or the "Caused by" that tells the reason. */
const exception =
  /\b(?:javax\.net\.ssl\.)?(SSL(?:Handshake|PeerUnverified|Protocol)?Exception|SunCertPathBuilderException|CertPathValidatorException|ValidatorException|CertificateExpiredException|CertificateNotYetValidException|CertificateException): (.*)$/;

/** What only a server says: it looked at a client's certificate. */
const serves =
  /Empty (?:client|server) certificate chain|TLS client authentication|CertificateMessage\.\w*Server|checkClientTrusted|SSLServerSocket|server(?! authentication)/;

/**
 * Java (JSSE): `javax.net.ssl.SSLHandshakeException: PKIX path building failed: …`. The same words stand in a client's log
 * about the server and in a server's about its client.
 */
export const readJava: LogParser = (line) => {
  const parts = exception.exec(line);
  if (parts === null) return undefined;
  const [, name, words] = parts;
  const remote = /(?:remote|from|client)[= ]+\/?([0-9.]+):(\d{1,5})/i.exec(line);
  return {
    program: "java",
    role: serves.test(line) || remote !== null ? "server" : "client",
    text: javaWords(name!, words!),
    extras: { exception: name! },
    ...(remote === null ? {} : { remote: remote[1]!, remotePort: Number(remote[2]) }),
  };
};

/** "validity check failed" and "NotAfter: …" in the words that others have. */
const javaWords = (name: string, words: string): string => {
  if (name === "CertificateNotYetValidException" || /NotBefore:/.test(words))
    return `certificate is not yet valid: ${words}`;
  if (name === "CertificateExpiredException" || /validity check failed|NotAfter:/.test(words))
    return `certificate has expired: ${words}`;
  return words;
};
