import type { LogParser } from "./parser.ts";

/** gnutls_alert_get_name(3): what it calls the alerts, in common words. */
const alerts: Readonly<Record<string, string>> = {
  "42": "bad certificate",
  "43": "bad certificate",
  "45": "certificate expired",
  "46": "certificate unknown",
  "48": "unknown ca",
  "49": "bad certificate",
  "116": "certificate required",
};

/** GnuTLS, gnutls-cli and gnutls-serv: `*** Received alert [48]: …`, `Status: The certificate is NOT trusted. …`. */
export const readGnutls: LogParser = (line) => {
  const alert = /\*\*\* Received alert \[(\d+)\]: (.*)$/.exec(line);
  if (alert !== null)
    return {
      program: "unknown",
      role: "client",
      text: `received fatal alert: ${alerts[alert[1]!] ?? alert[2]!}`,
      extras: {},
    };
  if (/Error in handshake: Certificate is required/.test(line))
    return {
      program: "unknown",
      role: "server",
      text: "client didn't provide a certificate",
      extras: {},
    };
  const status = /(?:Status: )?The certificate is NOT trusted\. (.*)$/.exec(line)?.[1];
  if (status === undefined) return undefined;
  return { program: "unknown", role: "client", text: statusWords(status), extras: {} };
};

const statusWords = (status: string): string => {
  if (/uses expired certificate/.test(status)) return "certificate has expired";
  if (/uses not yet valid certificate/.test(status)) return "certificate is not yet valid";
  if (/issuer is unknown/.test(status)) return "signed by unknown authority";
  if (/does not match the intended purpose/.test(status)) return "unsuitable certificate purpose";
  if (/uses insecure algorithm/.test(status)) return "insecure algorithm";
  return status;
};
