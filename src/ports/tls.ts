import type { NodeStream } from "./node.ts";

/** PEM texts of a certificate with its chain, and of its key. */
export interface TlsCredentials {
  readonly certificate: string;
  readonly key: string;
}

export interface TlsTarget {
  readonly host: string;
  readonly port: number;
  /** A connection to it that is there already, made from another machine; used once, then it is closed. */
  readonly over?: NodeStream;
  /** In which version it is asked for an answer; 2 when absent. */
  readonly http?: 1 | 2;
  /** With HTTP/1.1: what is asked for in place of "/version", and what is said besides. */
  readonly ask?: { readonly path: string; readonly headers?: Readonly<Record<string, string>> };
}

/** What a server said to a request without a certificate. */
export type TlsAnswer =
  | { readonly kind: "answered"; readonly status: number; readonly body: string }
  /** `why` in words. */
  | { readonly kind: "unknown"; readonly why: string };

/** What a server made of a client's certificate. */
export type ClientVerdict =
  /** It spoke HTTP to us, which it does only once it is content with the client. */
  | { readonly kind: "accepted" }
  /** `how`: "alert unknown_ca (48)", or what came in its place. */
  | { readonly kind: "refused"; readonly how: string }
  /** Nobody can tell: `why` in words. */
  | { readonly kind: "unknown"; readonly why: string };

/** Looking at TLS servers from outside, verifying nothing. Each `deadline`, in milliseconds, is for name, connection, handshake and answer together. */
export interface TlsProbe {
  /** DER of the chain as the server sent it, its own certificate first. Throws connect.*. */
  served(target: TlsTarget, deadline: number): Promise<readonly Uint8Array[]>;
  /** Whether the server lets a client with this certificate, or with none, speak to it. Never throws. */
  offer(
    target: TlsTarget,
    credentials: TlsCredentials | undefined,
    deadline: number,
  ): Promise<ClientVerdict>;
  /** What it answers by HTTP/1.1. Never throws. */
  answer(target: TlsTarget, deadline: number): Promise<TlsAnswer>;
}
