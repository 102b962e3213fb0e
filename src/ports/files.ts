/** A file as an operator wants it. */
export interface DesiredFile {
  /** Absolute, or relative to the working directory. */
  readonly path: string;
  readonly content: Uint8Array;
  /** Permission bits, for example 0o600. A private key is never wider than 0600, or 0640 with a group of its own. */
  readonly mode: number;
  /** Numeric owner; absent leaves the owner of the file it replaces, or the caller's for a new one. */
  readonly uid?: number;
  readonly gid?: number;
  /**
   * Files of one pair (a certificate and its key) share a word here: they change together,
   * so that at no instant the paths hold a certificate and a key that do not belong to each other.
   */
  readonly pair?: string;
}

/** What is known of a file without its content: safe to print, log and keep in a plan. */
export interface FileFacts {
  /** SHA-256 of the content, lower-case hexadecimal. */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/**
 * One line of a plan.
 * "create": nothing is there; "replace": other content is there; "adjust": the content is right, mode or owner are not;
 * "unchanged": nothing to do.
 */
export interface FileChange {
  readonly action: "create" | "replace" | "adjust" | "unchanged";
  /** As asked. */
  readonly path: string;
  /** Where the bytes go: `path` made absolute, symbolic links followed. */
  readonly target: string;
  /** Absent when nothing is there. */
  readonly before?: FileFacts;
  readonly after: FileFacts;
  readonly pair?: string;
}

export interface AppliedChange extends FileChange {
  /** Where the replaced content was kept; absent when nothing was replaced. */
  readonly backup?: string;
}

export interface ReadFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly facts: FileFacts;
}

/**
 * The one way files are written. A file changes by a temporary file in its folder with its final mode and owner,
 * fsync, rename, fsync of the folder; nothing is truncated in place, and nothing half-written is left at a path.
 */
export interface Files {
  /**
   * The whole of a regular file, symbolic links followed.
   * Refuses everything that could hang or exhaust memory: FIFOs, sockets, devices, more than `limit` bytes.
   */
  read(path: string, options?: { readonly limit?: number }): Promise<ReadFile>;
  /** Compares what is wanted with what is there. Changes nothing, and holds no content: a plan is safe to show. */
  plan(desired: readonly DesiredFile[]): Promise<readonly FileChange[]>;
  /**
   * Does what the plan says and nothing else. Every replaced file is kept beside it first.
   * Throws file.plan-stale, before the first change, when a file is no longer what the plan saw.
   */
  apply(
    plan: readonly FileChange[],
    desired: readonly DesiredFile[],
  ): Promise<readonly AppliedChange[]>;
}
