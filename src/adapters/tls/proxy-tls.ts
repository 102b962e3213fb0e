import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import { connect } from "node:tls";
import type { Ended } from "./phases.ts";

/** TLS with an https:// proxy, in which it is then asked for a tunnel; nothing is verified. */
export const tlsWithProxy = (
  socket: Duplex,
  host: string,
  cut: AbortSignal,
): Promise<Ended<Duplex | { readonly failed: string }>> => {
  const { promise, resolve } = Promise.withResolvers<Ended<Duplex | { readonly failed: string }>>();
  const awaited = "the proxy's TLS handshake";
  const tls = connect({
    socket,
    rejectUnauthorized: false,
    ALPNProtocols: ["http/1.1"],
    ...(isIP(host) === 0 ? { servername: host } : {}),
  });
  const settle = (result: Ended<Duplex | { readonly failed: string }>): void => {
    cut.removeEventListener("abort", abort);
    resolve(result);
  };
  const fail = (why: string): void => {
    tls.destroy();
    socket.destroy();
    settle({ ended: "failed", value: { failed: why }, awaited });
  };
  const abort = (): void => fail("no answer to a TLS handshake");
  // Stays: an error nobody hears ends the process.
  tls.on("error", (error: NodeJS.ErrnoException) => fail(`no TLS: ${error.code ?? error.message}`));
  tls.once("secureConnect", () => settle({ ended: "done", value: tls, awaited }));
  cut.addEventListener("abort", abort);
  if (cut.aborted) abort();
  return promise;
};
