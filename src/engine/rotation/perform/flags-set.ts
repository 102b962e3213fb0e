import { utf8Of } from "../../../core/bytes/utf8.ts";
import { failure } from "../../../core/errors/certwright-error.ts";
import { setFlags } from "../../../core/manifest/flags.ts";
import type { Effect } from "../../../core/model/plan.ts";
import type { Performed } from "../../../ports/world.ts";
import type { Hands } from "./hands.ts";
import { refused, unknown, done } from "./outcome.ts";
import { writeManifest } from "./static-pod.ts";

/** Changes flags in a static pod's manifest, by one write, and waits for the process that starts with them. */
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
      const file = await session.read(manifest);
      if (file === undefined) {
        throw failure("rotation.no-manifest", { node: session.name, manifest, aside: manifest });
      }
      const text = setFlags(utf8Of(file.bytes).text, manifest, program, flags);
      begun = true;
      await writeManifest({ hands, session, consumer, manifest }, file, text);
    });
    return done;
  } catch (error) {
    return begun ? unknown(error) : refused(error);
  }
};
