import { parseDocument } from "yaml";
import type { MountFound, StaticPodFound } from "./facts.ts";

interface Manifest {
  readonly spec?: {
    readonly containers?: readonly {
      readonly image?: string;
      readonly command?: readonly string[];
      readonly volumeMounts?: readonly {
        readonly name: string;
        readonly mountPath: string;
        readonly readOnly?: boolean;
      }[];
      readonly resources?: { readonly requests?: Readonly<Record<string, string>> };
    }[];
    readonly volumes?: readonly {
      readonly name: string;
      readonly hostPath?: { readonly path: string; readonly type?: string };
    }[];
  };
}

/** What a manifest on the disk starts; undefined when it is none. */
export const podOfManifest = (text: string): StaticPodFound | undefined => {
  const document = parseDocument(text);
  if (document.errors.length > 0) return undefined;
  const { spec } = (document.toJS() ?? {}) as Manifest;
  const [container] = spec?.containers ?? [];
  if (container?.image === undefined) return undefined;
  const volumes = new Map(spec?.volumes?.map(({ name, hostPath }) => [name, hostPath]));
  const mounts = (container.volumeMounts ?? []).flatMap((mount): readonly MountFound[] => {
    const host = volumes.get(mount.name);
    if (host === undefined) return [];
    const { name, mountPath, readOnly = false } = mount;
    return [{ name, mountPath, readOnly, hostPath: host.path, type: host.type ?? "" }];
  });
  return {
    image: container.image,
    command: container.command ?? [],
    mounts,
    requests: container.resources?.requests ?? {},
  };
};
