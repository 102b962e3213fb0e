import type { Service } from "../model/estate.ts";
import type { CopiedProgram } from "./copy-flags.ts";

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

/** A program that the machine's own service manager starts, as it runs there. */
export interface CopiedService {
  readonly program: CopiedProgram;
  /** By whose commands it is started and ended. */
  readonly service: Service;
  /** Without the program's own. */
  readonly words: readonly string[];
  /** A member's settings may be variables. */
  readonly environment: Readonly<Record<string, string>>;
}

/** What a control plane's copy is made of, beside the snapshot of its data. */
export interface CopiedPlane {
  /** By the node's name. */
  readonly nodes: Readonly<Record<string, readonly CopiedFile[]>>;
  /** By the node's name; a static pod's manifest is among its files. */
  readonly services: Readonly<Record<string, readonly CopiedService[]>>;
  /** Of the operator's own machine. */
  readonly operator: readonly CopiedFile[];
  /** What was not copied, or is not started in the copy, in words. */
  readonly left: readonly string[];
}
