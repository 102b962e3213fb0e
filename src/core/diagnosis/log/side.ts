import type { Whose } from "./cause.ts";
import type { LogProgram } from "./event.ts";

/**
 * Programs whose words for the other side's certificate are the same in a client and in a server. What tells them
 * apart stands elsewhere in the log: in a stack trace, or in what the program printed at its start.
 */
const signs: readonly (readonly [ReadonlySet<LogProgram>, Whose, RegExp])[] = [
  // s_client(1) begins with it, s_server(1) with ACCEPT.
  [new Set(["openssl"]), "client", /^CONNECTED\(0/m],
  [new Set(["openssl"]), "server", /^ACCEPT\b/m],
  // ssl.SSLContext.wrap_socket, asyncio's and socketserver's frames.
  [new Set(["python"]), "server", /server_side=True|socketserver\.py|\baccept\(\)|HTTPServer/],
  // sun.security.ssl.CertificateMessage and X509TrustManagerImpl.
  [new Set(["java"]), "server", /checkClientCerts|checkClientTrusted|SSLServerSocket/],
  [new Set(["java"]), "client", /checkServerCerts|checkServerTrusted/],
  [new Set(["node"]), "server", /tlsClientError|onServerSocketSecure|tls\.createServer/],
];

/** On which side each of these programs stood in that log, as far as it shows. */
export const sidesIn = (text: string): ReadonlyMap<LogProgram, Whose> => {
  const sides = new Map<LogProgram, Whose>();
  for (const [programs, side, sign] of signs)
    if (sign.test(text)) for (const program of programs) sides.set(program, side);
  return sides;
};
