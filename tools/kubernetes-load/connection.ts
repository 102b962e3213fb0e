import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from "node:http2";
import { request as httpsRequest } from "node:https";
import type { Credentials, Identity } from "./identity.ts";

/** An API server as its clients know it. */
export interface Endpoint {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

export interface Question {
  readonly method: "GET" | "POST" | "PATCH";
  /** With its query. */
  readonly path: string;
  /** JSON; a PATCH is a merge patch (RFC 7386). */
  readonly body?: string;
  /** Milliseconds, connecting included. */
  readonly deadline: number;
}

export type Answer =
  | {
      readonly kind: "status";
      readonly status: number;
      readonly body: string;
      /** The server asks to come again: nothing was done (client-go, rest/with_retry.go). */
      readonly again: boolean;
    }
  | {
      readonly kind: "none";
      readonly message: string;
      /** The server cannot have seen the request. */
      readonly unsent: boolean;
    };

/** Asks one server once. Never throws. */
export type Ask = (endpoint: Endpoint, question: Question) => Promise<Answer>;

/** As Go has it, whatever is in the bundle is trusted, be it a root or not. */
export const tlsOf = (credentials: Credentials) => ({
  ...(credentials.ca === undefined ? {} : { ca: credentials.ca }),
  ...(credentials.certificate === undefined ? {} : { cert: credentials.certificate }),
  ...(credentials.key === undefined ? {} : { key: credentials.key }),
  allowPartialTrustChain: true,
});

export const headersOf = ({ token }: Credentials): Record<string, string> => ({
  "user-agent": "certwright-load",
  ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
});

const contentType = ({ method }: Question): string =>
  method === "PATCH" ? "application/merge-patch+json" : "application/json";

const words = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined || error.message.includes(code)
    ? error.message
    : `${code} ${error.message}`;
};

export const none = (error: unknown, unsent: boolean): Answer => ({
  kind: "none",
  message: words(error),
  unsent,
});

/** A new connection for each question (HTTP/1.1). */
export const freshly =
  (identity: Identity): Ask =>
  async (endpoint, question) => {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    let secure = false;
    let asking: ReturnType<typeof httpsRequest>;
    try {
      const credentials = identity();
      asking = httpsRequest({
        host: endpoint.host,
        port: endpoint.port,
        method: question.method,
        path: question.path,
        // No pool: the connection ends with the answer.
        agent: false,
        ...tlsOf(credentials),
        headers: {
          ...headersOf(credentials),
          ...(question.body === undefined
            ? {}
            : {
                "content-type": contentType(question),
                "content-length": Buffer.byteLength(question.body),
              }),
        },
      });
    } catch (error) {
      // Files that cannot be read, or a key that is not its certificate's.
      return none(error, true);
    }
    const timer = setTimeout(
      () => asking.destroy(new Error(`no answer in ${question.deadline} ms`)),
      question.deadline,
    );
    asking.on("socket", (socket) => socket.once("secureConnect", () => (secure = true)));
    asking.on("error", (error) => resolve(none(error, !secure)));
    asking.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", (error) => resolve(none(error, false)));
      response.on("end", () =>
        resolve(answerOf(response.statusCode ?? 0, response.headers, chunks)),
      );
    });
    asking.end(question.body);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  };

const answerOf = (
  status: number,
  headers: { readonly "retry-after"?: string | string[] | undefined },
  chunks: readonly Buffer[],
): Answer => ({
  kind: "status",
  status,
  body: Buffer.concat(chunks).toString("utf8"),
  again: (status === 429 || status >= 500) && headers["retry-after"] !== undefined,
});

interface Kept {
  readonly session: ClientHttp2Session;
  readonly credentials: Credentials;
  /** When the identity was last compared with what the connection was made with. */
  comparedAt: number;
  /** Settled when the connection is secure, or will never be. */
  readonly ready: Promise<unknown>;
}

/** How soon a client notices that it is to be somebody else; client-go closes its connections then, too (cert_rotation.go). */
const compareEvery = 1000;

/**
 * One connection to each server (HTTP/2, as client-go has it), kept until it ends or the client's certificate is another
 * one: a server that has dropped the old CA answers 401 on an old connection as well.
 */
export const keptAlive = (identity: Identity): { readonly ask: Ask; close(): void } => {
  const sessions = new Map<string, Kept>();
  const to = (endpoint: Endpoint): Kept => {
    const known = sessions.get(endpoint.name);
    // After GOAWAY a session is closed, though what was asked is still answered.
    const usable = known !== undefined && !known.session.closed && !known.session.destroyed;
    const now = performance.now();
    if (usable && now - known.comparedAt < compareEvery) return known;
    const credentials = identity();
    if (usable && credentials.certificate === known.credentials.certificate) {
      known.comparedAt = now;
      return known;
    }
    // What was asked on it is still answered.
    known?.session.close();
    const session = openSession(endpoint, credentials);
    const kept = { session, credentials, comparedAt: now, ready: settled(session) };
    sessions.set(endpoint.name, kept);
    return kept;
  };
  return {
    ask: async (endpoint, question) => {
      let kept: Kept;
      try {
        kept = to(endpoint);
      } catch (error) {
        return none(error, true);
      }
      const failure = await kept.ready;
      if (failure !== undefined) return none(failure, true);
      return askOn(kept, question);
    },
    close: () => {
      for (const { session } of sessions.values()) session.destroy();
      sessions.clear();
    },
  };
};

export const openSession = (endpoint: Endpoint, credentials: Credentials): ClientHttp2Session => {
  const host = endpoint.host.includes(":") ? `[${endpoint.host}]` : endpoint.host;
  const session = connect(`https://${host}:${endpoint.port}`, tlsOf(credentials));
  // Whoever waits for an answer hears of it; without this it would end the process.
  session.on("error", () => {});
  return session;
};

/** Measured below 0.1 s; a machine on which all is busy gets a hundred times that. */
const connectDeadline = 10_000;

/** Undefined when the connection is there; otherwise why it is not. */
export const settled = (session: ClientHttp2Session): Promise<unknown> => {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  const timer = setTimeout(() => {
    session.destroy(new Error(`no connection in ${connectDeadline} ms`));
  }, connectDeadline);
  session.once("connect", () => resolve(undefined));
  session.once("error", resolve);
  session.once("close", () => resolve(new Error("closed before it was secure")));
  return promise.finally(() => clearTimeout(timer));
};

const askOn = ({ session, credentials }: Kept, question: Question): Promise<Answer> => {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  let stream: ReturnType<ClientHttp2Session["request"]>;
  try {
    stream = session.request({
      ":method": question.method,
      ":path": question.path,
      ...headersOf(credentials),
      ...(question.body === undefined ? {} : { "content-type": contentType(question) }),
    });
  } catch (error) {
    // It ended in this very moment.
    return Promise.resolve(none(error, true));
  }
  const timer = setTimeout(
    () => stream.destroy(new Error(`no answer in ${question.deadline} ms`)),
    question.deadline,
  );
  let headers: IncomingHttpHeaders = {};
  const chunks: Buffer[] = [];
  stream.on("response", (received) => (headers = received));
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  stream.on("error", (error) => resolve(none(error, isUnseen(error))));
  stream.on("end", () => {
    const status = Number(headers[":status"]);
    if (!stream.aborted && status > 0) resolve(answerOf(status, headers, chunks));
  });
  // A stream that is cancelled together with its connection ends without an error.
  stream.on("close", () => resolve(none("the connection ended", false)));
  stream.end(question.body);
  return promise.finally(() => clearTimeout(timer));
};

/** Refused, or behind the last one that GOAWAY names: not processed (RFC 9113 sections 6.8 and 8.7). */
const isUnseen = (error: Error): boolean => /NGHTTP2_REFUSED_STREAM|GOAWAY/.test(words(error));
