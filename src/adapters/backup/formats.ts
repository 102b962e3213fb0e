import { z } from "zod";

import { failure } from "../../core/errors/certwright-error.ts";
import type { BackupManifest, BackupVerification } from "../../core/model/backup.ts";
import type { Digest } from "../../core/model/inventory.ts";
import type { Sealed } from "../keystore/sealed.ts";

const digest = z.string().regex(/^[0-9a-f]{64}$/);
const decimal = z.string().regex(/^\d{1,20}$/);
const count = z.int().nonnegative();

const manifestShape = z.object({
  format: z.literal("certwright.backup/1"),
  id: z.string(),
  createdAt: z.number(),
  run: z.string().optional(),
  estate: z.object({ lineage: z.string(), serial: count }).optional(),
  issuers: z.array(
    z.object({
      name: z.string(),
      generations: z.array(
        z.object({
          number: count,
          stage: z.enum(["staged", "trusted", "issuing", "retiring", "retired"]),
          key: digest,
          certificate: digest.optional(),
        }),
      ),
    }),
  ),
  files: z.array(
    z.object({
      node: z.string().optional(),
      path: z.string(),
      link: z.string().optional(),
      held: z.object({ digest, size: count, mode: count, uid: count, gid: count }).optional(),
    }),
  ),
  objects: z
    .array(
      z.object({
        resource: z.string(),
        field: z.array(z.string()),
        held: z.object({ digest, size: count }),
      }),
    )
    .optional(),
  groups: z.array(
    z.object({
      group: z.string(),
      member: z.string(),
      version: z.string(),
      size: count,
      digest,
      revision: decimal,
      // -1 for data that was never compacted (HashKVResponse.compact_revision).
      compactRevision: z.string().regex(/^-?\d{1,20}$/),
      hash: count,
      keys: decimal,
    }),
  ),
});

const verificationShape = z.object({
  at: z.number(),
  manifest: digest,
  verdict: z.enum(["restored", "readable", "damaged"]),
  why: z.string().optional(),
  etcd: z.string().optional(),
});

const keyShape = z.object({
  format: z.literal("certwright-backup-key/1"),
  sealed: z.object({ nonce: z.base64(), ciphertext: z.base64() }),
});

const parsed = <T>(path: string, bytes: Uint8Array, shape: z.ZodType<T>): T => {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw failure("backup.damaged", { path, why: "it is not JSON" });
  }
  const { format } = (value ?? {}) as { readonly format?: unknown };
  if (typeof format === "string" && /^certwright\.backup\/(?!1$)\d+$/.test(format)) {
    throw failure("backup.newer", { path, format });
  }
  const result = shape.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const why = `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "malformed"}`;
  throw failure("backup.damaged", { path, why });
};

export const readManifest = (path: string, bytes: Uint8Array): BackupManifest =>
  parsed(path, bytes, manifestShape) as unknown as BackupManifest;

/** Undefined when it is about another manifest. */
export const readVerification = (
  path: string,
  bytes: Uint8Array,
  manifest: Digest,
): BackupVerification | undefined => {
  const found = parsed(path, bytes, verificationShape) as unknown as BackupVerification;
  return found.manifest === manifest ? found : undefined;
};

export const readKeyFile = (path: string, bytes: Uint8Array): Sealed =>
  parsed(path, bytes, keyShape).sealed;
