/** A thing of a node's file system, as the copy has it at the same path. */
export type CopiedFile =
  | {
      readonly kind: "file";
      readonly path: string;
      readonly mode: number;
      /** Base64: it goes from one process to another as JSON, and lies on no disk. */
      readonly content: string;
    }
  | { readonly kind: "link"; readonly path: string; readonly target: string }
  /** An empty one, for what a program writes itself. */
  | { readonly kind: "folder"; readonly path: string };

/** What a control plane's copy is made of, beside the snapshot of its data. */
export interface CopiedPlane {
  /** By the node's name. */
  readonly nodes: Readonly<Record<string, readonly CopiedFile[]>>;
  /** Of the operator's own machine. */
  readonly operator: readonly CopiedFile[];
  /** What was not copied, or is not started in the copy, in words. */
  readonly left: readonly string[];
}
