import { randomBytes } from "node:crypto";
import { request } from "node:https";
import type { Socket } from "node:net";
import { headersOf, none, tlsOf, type Answer, type Ask } from "./connection.ts";
import type { Identity } from "./identity.ts";

/** Channels of the protocol: the first byte of each message (k8s.io/apimachinery, remotecommand/constants.go). */
const protocol = "v5.channel.k8s.io";
const stdout = 1;
const outcome = 3;

/**
 * Asks for a path of the subresource exec on a new connection, as `kubectl exec` does (WebSocket). The answer is 200 with
 * what the command printed when it succeeded, and otherwise what the API server says of it, be it before or after the
 * connection was handed to the kubelet.
 */
export const executing =
  (identity: Identity): Ask =>
  async (endpoint, { path, deadline }) => {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    let secure = false;
    let asking: ReturnType<typeof request>;
    let connection: Socket | undefined;
    try {
      const credentials = identity();
      asking = request({
        host: endpoint.host,
        port: endpoint.port,
        path,
        agent: false,
        ...tlsOf(credentials),
        headers: {
          ...headersOf(credentials),
          connection: "Upgrade",
          upgrade: "websocket",
          "sec-websocket-version": "13",
          "sec-websocket-key": randomBytes(16).toString("base64"),
          "sec-websocket-protocol": protocol,
        },
      });
    } catch (error) {
      return none(error, true);
    }
    // Of the connection that was handed over as well: of a kubelet that ended before it answered, the API server waits for
    // half a minute (spdystream's Stream.WaitTimeout does not look at the connection).
    const timer = setTimeout(() => resolve(none(`no answer in ${deadline} ms`, !secure)), deadline);
    asking.on("socket", (socket) => {
      connection = socket;
      socket.once("secureConnect", () => (secure = true));
    });
    asking.on("error", (error) => resolve(none(error, !secure)));
    asking.on("response", (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (body += chunk));
      response.on("error", (error) => resolve(none(error, false)));
      response.on("end", () =>
        resolve({ kind: "status", status: response.statusCode ?? 0, body, again: false }),
      );
    });
    asking.on("upgrade", (_, socket, head) => {
      let received = Buffer.from(head);
      const look = (): void => {
        const answer = answerIn(received);
        if (answer !== undefined) resolve(answer);
      };
      socket.on("data", (chunk: Buffer) => {
        received = Buffer.concat([received, chunk]);
        look();
      });
      socket.on("error", (error) => resolve(none(error, false)));
      socket.on("close", () => resolve(none("the connection ended", false)));
      look();
    });
    asking.end();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      asking.destroy();
      // What was handed over is no longer the request's.
      connection?.destroy();
    }
  };

/** Undefined until the outcome has come. */
const answerIn = (received: Buffer): Answer | undefined => {
  let printed = "";
  for (const message of messagesIn(received)) {
    const text = message.subarray(1).toString("utf8");
    if (message[0] === stdout) printed += text;
    if (message[0] !== outcome || text === "") continue;
    const { status, code } = JSON.parse(text) as { status: string; code?: number };
    return status === "Success"
      ? { kind: "status", status: 200, body: printed, again: false }
      : { kind: "status", status: code ?? 500, body: text, again: false };
  }
  return undefined;
};

/** Payloads of the whole frames; a server masks none (RFC 6455 section 5.2). */
function* messagesIn(received: Buffer): Generator<Buffer> {
  for (let at = 0; received.length >= at + 2;) {
    const short = received[at + 1]! & 0x7f;
    const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
    const begin = at + 2 + extra;
    if (received.length < begin) return;
    const length =
      extra === 0
        ? short
        : extra === 2
          ? received.readUInt16BE(at + 2)
          : Number(received.readBigUInt64BE(at + 2));
    if (received.length < begin + length) return;
    const isData = (received[at]! & 0x0f) <= 2;
    if (isData && length > 0) yield received.subarray(begin, begin + length);
    at = begin + length;
  }
}
