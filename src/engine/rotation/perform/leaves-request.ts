import { failure } from "../../../core/errors/certwright-error.ts";
import type { AskedLeaf, Effect } from "../../../core/model/plan.ts";
import type { PrivateKey } from "../../../ports/private-key.ts";
import type { Performed } from "../../../ports/world.ts";
import { leafInPlace, probesAsked, unansweredIn } from "../asked-leaves.ts";
import type { PlacedSlot } from "../layout.ts";
import { kubeconfigIn } from "../place/kubeconfig.ts";
import type { Hands } from "./hands.ts";
import { done, refused, unknown } from "./outcome.ts";

/** Asks once for each, however often it is carried out. */
export const performLeavesRequest = async (
  hands: Hands,
  effect: Extract<Effect, { kind: "leaves.request" }>,
): Promise<Performed> => {
  const { issuer, generation, leaves, verifiers } = effect;
  const { authority } = hands.at.ports;
  try {
    for (const leaf of leaves) await askFor(hands, leaf);
    for (const [commonName, addresses] of await probesAsked(hands.look, verifiers)) {
      await authority.requestProbe({ issuer, generation, commonName, addresses });
    }
    const missing = (await unansweredIn(hands.look, effect)).length;
    if (missing === 0) return done;
    const all = leaves.length + (await probesAsked(hands.look, verifiers)).size;
    return refused(
      failure("rotation.leaves-unanswered", { issuer, number: generation, missing, all }),
    );
  } catch (error) {
    return unknown(error);
  }
};

const askFor = async (hands: Hands, asked: AskedLeaf): Promise<void> => {
  const like = await leafInPlace(hands.look, asked);
  if (like === undefined) return;
  const { issuer, generation, key } = asked.content;
  const { authority } = hands.at.ports;
  if (await authority.hasAnswer({ issuer, generation, like, key })) return;
  const slot = hands.look.slot(asked.slot);
  await authority.requestLeaf({
    issuer,
    generation,
    name: asked.slot,
    like,
    key: key === "new" ? "new" : await keyAt(hands, slot),
  });
};

/** The key that lies beside a leaf: it signs the request, and stays where it is. */
const keyAt = async ({ at, look }: Hands, slot: PlacedSlot): Promise<PrivateKey> => {
  const { place, consumer } = slot;
  const path = place.form === undefined ? (place.key ?? place.path) : place.path;
  const { node } = look.consumer(consumer);
  const file = await at.sessions.use(node, (session) => session.read(path));
  const bytes =
    file === undefined || place.form?.kind !== "kubeconfig" ? file?.bytes : inlineKey(file);
  const key = bytes === undefined ? undefined : at.ports.loadKey(bytes);
  if (key !== undefined) return key;
  throw failure("rotation.key-unreadable", { slot: slot.id, path, node: node?.name });
};

const inlineKey = (file: Parameters<typeof kubeconfigIn>[0]): Uint8Array | undefined => {
  const part = kubeconfigIn(file).part("client-key");
  return part.kind === "inline" ? part.bytes : undefined;
};
