import type { CopiedPlane } from "./copied-file.ts";

/** What a process in the copy's namespaces is told: one line of JSON, which lies on no disk. */
export interface PlaneOrder {
  readonly plane: CopiedPlane;
  /** Of the CA keys' copy, base64; absent where there are none. */
  readonly passphrase?: string | undefined;
  readonly programs: {
    readonly etcd: string;
    readonly restore: string;
    /** By their names. */
    readonly kubernetes: Readonly<Record<string, string>>;
    readonly versions: { readonly etcd: string; readonly kubernetes: string };
  };
}
