import type { Instant } from "../core/model/certificate.ts";
import type { EstateNode, FileOwner } from "../core/model/estate.ts";
import type { Digest } from "../core/model/inventory.ts";

/** Reaching machines. "local" and "ssh" behave alike; one contract suite holds both to it. */
export interface Nodes {
  /** Opens a session; everything that can be wrong with the way there is found here. Throws node.*. */
  open(node: EstateNode): Promise<NodeSession>;
}

/** A machine's file as it is. */
export interface NodeFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly facts: NodeFileFacts;
}

export interface NodeFileFacts {
  /** Of the content. */
  readonly digest: Digest;
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly changedAt: Instant;
}

/** One file's compare-and-swap. */
export interface NodeWrite {
  /** Absolute; symbolic links are followed. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Digest of what is there now; undefined: nothing is. Anything else there: node.changed, and nothing is written. */
  readonly expect: Digest | undefined;
  /** For a file that is new; one that is replaced keeps its mode, owner and security label. */
  readonly mode: number;
  readonly owner?: FileOwner;
}

/** A symbolic link as it is. */
export interface NodeLinkFacts {
  /** As the link says. */
  readonly target: string;
  /** The link itself, and not what it leads to. */
  readonly changedAt: Instant;
}

/** A symbolic link's compare-and-swap. */
export interface NodeLink {
  /** Absolute: where the link is. */
  readonly path: string;
  /** Absolute: where it is to lead. */
  readonly target: string;
  /** Where it leads now, as it says; undefined: nothing is there. Anything else there: node.changed. */
  readonly expect: string | undefined;
}

export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProcessFacts {
  readonly pid: number;
  readonly startedAt: Instant;
  /** argv as the kernel has it. */
  readonly command: readonly string[];
}

/** A byte stream, for TLS on top. The adapter's own kind: only other adapters look inside. */
export interface NodeStream {
  readonly stream: unknown;
}

/**
 * An open way to one machine. Every call has a deadline of its own and throws node.* with the machine's name.
 * POSIX tools only; nothing is installed there.
 */
export interface NodeSession {
  readonly name: string;
  readonly access: "local" | "ssh";
  /** Undefined when nothing is there. Refuses what is no regular file, and more than 1 MiB. */
  read(path: string): Promise<NodeFile | undefined>;
  /** Without the content. */
  facts(path: string): Promise<NodeFileFacts | undefined>;
  /**
   * All of them, one after the other, each by a temporary file in its folder with its final mode and owner, fsync,
   * rename, fsync of the folder. Everything that can be refused is refused before the first rename.
   */
  write(files: readonly NodeWrite[]): Promise<void>;
  /** Removes a file if it has that digest. */
  remove(path: string, expect: Digest): Promise<void>;
  /** The link there; undefined when nothing is there. Throws node.not-a-link for anything else. */
  readLink(path: string): Promise<NodeLinkFacts | undefined>;
  /** Lays a link, or has one lead elsewhere by one rename: whoever opens it finds the former file or the new one. */
  link(link: NodeLink): Promise<void>;
  /** Runs a program, never through a shell of ours; over ssh each word is quoted for the machine's. As root where access says so. */
  run(
    command: readonly string[],
    options: { readonly deadline: number; readonly input?: Uint8Array },
  ): Promise<RunResult>;
  /** Processes whose program has this base name. */
  processes(program: string): Promise<readonly ProcessFacts[]>;
  /** Its clock minus ours in milliseconds, and how far off that may be. */
  clockSkew(): Promise<{ readonly skew: number; readonly uncertainty: number }>;
  /** Bytes that are free where this path lies. */
  freeBytes(path: string): Promise<number>;
  /** A TCP connection made from that machine. */
  dial(host: string, port: number, deadline: number): Promise<NodeStream>;
  close(): Promise<void>;
}
