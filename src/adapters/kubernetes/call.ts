import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { failure } from "../../core/errors/certwright-error.ts";
import type { Answer, Asked } from "./answer-failure.ts";
import type { Way } from "./credentials.ts";

export interface Call {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** With its query. */
  readonly path: string;
  readonly contentType?: string;
  readonly body?: string;
}

/**
 * Bytes of one answer. etcd takes requests of 1.5 MiB, so an object is not larger, and a page of 50 fits in;
 * /readyz and /metrics are far smaller.
 */
const answerLimit = 128 * 1024 * 1024;

/** One call and its whole answer, whatever its status. Throws kubernetes.unreachable, untrusted, late, too-big. */
export const call = (
  way: Way,
  asked: Asked,
  { method, path, contentType, body }: Call,
  deadline: number,
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { url } = way;
    const begin = url.protocol === "http:" ? requestHttp : requestHttps;
    const asking = begin({
      agent: way.agent,
      method,
      host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
      port: url.port === "" ? (url.protocol === "http:" ? 80 : 443) : url.port,
      // The server may lie below a path: https://rancher.example/k8s/clusters/c-1
      path: `${url.pathname.replace(/\/+$/, "")}${path}`,
      headers: {
        ...Object.fromEntries(Object.entries(way.headers).map(([k, v]) => [k, mutable(v)])),
        accept: path.startsWith("/api") ? "application/json" : "*/*",
        "user-agent": "certwright",
        ...(body === undefined
          ? {}
          : { "content-type": contentType, "content-length": Buffer.byteLength(body) }),
      },
    });
    let ended = false;
    const end = (result: () => void): void => {
      ended = true;
      clearTimeout(timer);
      result();
    };
    const fail = (error: Error): void =>
      end(() => {
        reject(error);
        asking.destroy();
      });
    const timer = setTimeout(() => {
      const { server, request } = asked;
      fail(failure("kubernetes.late", { server, request, milliseconds: deadline }));
    }, deadline);
    asking.on("error", (error: NodeJS.ErrnoException) => {
      // What we ourselves have given up ends with ECONNRESET, too.
      if (ended) return;
      if (asking.reusedSocket && error.code === "ECONNRESET" && method === "GET") {
        // The server closed an idle connection while the question was on its way.
        end(() => resolve(call(way, asked, { method, path }, deadline)));
        return;
      }
      fail(connectionFailure(asked, error));
    });
    asking.on("response", (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        size += chunk.length;
        chunks.push(chunk);
        if (size <= answerLimit) return;
        const { server, request } = asked;
        fail(failure("kubernetes.too-big", { server, request, limit: answerLimit }));
      });
      response.on("error", (error: NodeJS.ErrnoException) => fail(connectionFailure(asked, error)));
      response.on("end", () => {
        const retryAfter = Number(response.headers["retry-after"] ?? NaN);
        end(() =>
          resolve({
            status: response.statusCode ?? 0,
            body: Buffer.concat(chunks).toString("utf8"),
            ...(Number.isFinite(retryAfter) ? { retryAfter } : {}),
          }),
        );
      });
    });
    asking.end(body);
  });

const mutable = (value: string | readonly string[]): string | string[] =>
  typeof value === "string" ? value : [...value];

const connectionFailure = (asked: Asked, error: NodeJS.ErrnoException): Error => {
  const { server, kubeconfig } = asked;
  const { code = "" } = error;
  const words = verification[code];
  if (words !== undefined || /^(?:CERT_|ERR_TLS_CERT_)/.test(code))
    return failure(
      "kubernetes.untrusted",
      { server, kubeconfig, why: words ?? error.message },
      error,
    );
  return failure("kubernetes.unreachable", { server, why: said[code] ?? error.message }, error);
};

/** Verdicts of OpenSSL that Node passes on by these names. */
const verification: Readonly<Record<string, string>> = {
  SELF_SIGNED_CERT_IN_CHAIN: "its chain ends in a CA that is not trusted there",
  DEPTH_ZERO_SELF_SIGNED_CERT: "it is signed by itself alone",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "it is signed by a CA that is not trusted there",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "it is signed by a CA that is not trusted there",
  UNABLE_TO_GET_ISSUER_CERT: "its chain is not complete",
  INVALID_CA: "it is signed by what is no CA",
  CERT_HAS_EXPIRED: "it, or a CA of its chain, has expired",
  CERT_NOT_YET_VALID: "it, or a CA of its chain, is not valid yet",
  CERT_SIGNATURE_FAILURE: "its signature is not that of the CA which has its issuer's name",
};

const said: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "neither /etc/hosts nor DNS knows this name",
  EAI_AGAIN: "DNS does not answer",
  EHOSTUNREACH: "there is no way to this address",
  ENETUNREACH: "there is no way to this network",
  ETIMEDOUT: "the connection is not answered",
  ECONNRESET: "it closed the connection",
  EPIPE: "it closed the connection",
};
