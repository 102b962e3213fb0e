import { utf8Of } from "../../../core/bytes/utf8.ts";
import { failure } from "../../../core/errors/certwright-error.ts";
import { setFlags } from "../../../core/manifest/flags.ts";
import type { Effect } from "../../../core/model/plan.ts";
import type { Performed } from "../../../ports/world.ts";
import type { Hands } from "./hands.ts";
import { refused, unknown, done } from "./outcome.ts";
import { readManifest, replaceManifest } from "./static-pod.ts";

/**
 * Changes flags in a static pod's manifest and waits for the process that starts with them. The manifest is changed while
 * it is aside: one that changes in place has the kubelet put the pod off for 10 to 15 s (static-pod.ts).
 */
export const performFlagsSet = async (
  hands: Hands,
  { consumer: id, flags }: Extract<Effect, { kind: "flags.set" }>,
): Promise<Performed> => {
  const consumer = hands.look.consumer(id);
  const { node, service, program } = consumer;
  if (service.kind !== "static-pod") {
    return refused(failure("rotation.no-flags", { consumer: id }));
  }
  const { manifest } = service;
  let begun = false;
  try {
    await hands.at.sessions.use(node, async (session) => {
      const pod = { hands, session, consumer, manifest };
      const file = await readManifest(pod);
      if (file === undefined) {
        throw failure("rotation.no-manifest", { node: session.name, manifest, aside: manifest });
      }
      const change = (text: string): string => setFlags(text, manifest, program, flags);
      const { text } = utf8Of(file.bytes);
      if (change(text) === text && file.path === manifest) return;
      begun = true;
      await replaceManifest(pod, change);
    });
    return done;
  } catch (error) {
    return begun ? unknown(error) : refused(error);
  }
};
