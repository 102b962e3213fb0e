import { remoteOf, type LogParser } from "./parser.ts";

/**
 * Python's ssl module: `ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate
 * has expired (_ssl.c:1006)`. A client's says SSLCertVerificationError and so does a server's; a server prints it from accept.
 */
export const readPython: LogParser = (line) => {
  const parts = /\[SSL(?:: [A-Z0-9_]+)?\] (.*)$/.exec(line);
  if (parts === null) return undefined;
  const remote = /\(?'([0-9a-fA-F.:]+)', (\d+)\)?/.exec(line);
  const serves =
    remote !== null ||
    /accept|handler|server|peer did not return|handle_connection|uvicorn|gunicorn|SSL handshake failed/i.test(
      line,
    );
  return {
    program: "python",
    role: serves ? "server" : "client",
    text: parts[1]!.split(" (_ssl.c:", 1)[0]!.replace(/^certificate verify failed: /, ""),
    extras: {},
    ...(remote === null
      ? {}
      : remoteOf(`${remote[1]!.includes(":") ? `[${remote[1]}]` : remote[1]}:${remote[2]}`)),
  };
};
