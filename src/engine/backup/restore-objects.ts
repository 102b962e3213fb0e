import type { BackupObject } from "../../core/model/backup.ts";
import { utf8Of } from "../../core/bytes/utf8.ts";
import type { Estate } from "../../core/model/estate.ts";
import type { StoredBackup } from "../../ports/backups.ts";
import type { KubernetesApi } from "../../ports/kubernetes.ts";
import { attempt } from "../rotation/attempt.ts";
import { openApis } from "../rotation/kubernetes/apis.ts";
import {
  isRootConfigMap,
  patchField,
  readFields,
  type ObjectField,
} from "../rotation/kubernetes/objects.ts";
import { copiedObjects } from "./contents.ts";
import { API_DEADLINE } from "./create.ts";
import type { BackupPorts } from "./ports.ts";
import type { Compared } from "./restore.ts";

/** A copied field of an object beside what is there now. */
export interface ComparedObject extends Pick<Compared, "action" | "why"> {
  readonly object: BackupObject;
  readonly now?: ObjectField;
}

/** What restoring these fields would do. Throws nothing that the API did wrong. */
export const compareObjects = (
  ports: BackupPorts,
  { manifest: { objects = [] } }: StoredBackup,
  estate: Estate,
): Promise<readonly ComparedObject[]> =>
  objects.length === 0
    ? Promise.resolve([])
    : withApi(ports, estate, async (open) => {
        const compared: ComparedObject[] = [];
        for (const object of objects) {
          const found = await attempt(async () => (await readFields(await open(), object))[0]);
          compared.push(
            found.ok
              ? judge(ports, object, found.value)
              : { object, action: "unseen", why: found.why },
          );
        }
        return compared;
      });

const judge = (
  ports: BackupPorts,
  object: BackupObject,
  now: ObjectField | undefined,
): ComparedObject => {
  if (now?.value === undefined) {
    return { object, action: "left", why: "there is no such field any more" };
  }
  if (ports.digests.sha256HexOfText(now.value) === object.held.digest) {
    return { object, action: "same", why: "", now };
  }
  return isRootConfigMap(object.resource)
    ? { object, action: "left", why: "the controller-manager writes it, from its --root-ca-file" }
    : { object, action: "put-back", why: "its content is another one", now };
};

/** Puts back what differs, by compare-and-swap with what was seen. `done` hears of each. Throws kubernetes.*, rotation.object-changed, backup.damaged. */
export const restoreObjects = async (
  ports: BackupPorts,
  backup: StoredBackup,
  estate: Estate,
  compared: readonly ComparedObject[],
  done: () => void,
): Promise<void> => {
  const wanted = new Map(
    compared.flatMap(({ object, action, now }) =>
      action === "put-back" && now !== undefined ? [[object, now]] : [],
    ),
  );
  if (wanted.size === 0) return;
  const reader = await ports.backups.open(backup);
  await withApi(ports, estate, async (open) => {
    for await (const { object, bytes } of copiedObjects(ports, backup, reader)) {
      const now = wanted.get(object);
      if (now === undefined) continue;
      await patchField(await open(), object, now, utf8Of(bytes).text);
      done();
    }
  });
};

const withApi = async <T>(
  ports: BackupPorts,
  { kubernetes }: Estate,
  work: (open: () => Promise<KubernetesApi>) => Promise<T>,
): Promise<T> => {
  const apis = openApis(ports, kubernetes, API_DEADLINE);
  try {
    return await work(() => apis.open());
  } finally {
    apis.close();
  }
};
