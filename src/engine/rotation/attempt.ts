import { CertwrightError } from "../../core/errors/certwright-error.ts";
import type { Material } from "../etcd/check/material.ts";

/** What `work` gave, or why it gave nothing: an eye must not throw. */
export const attempt = async <T>(work: () => Promise<T>): Promise<Material<T>> => {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, why: whyOf(error) };
  }
};

export const whyOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** The code of the registry under which an error is told. */
export const codeOf = (error: unknown): string =>
  error instanceof CertwrightError ? error.code : "rotation.unexpected";
