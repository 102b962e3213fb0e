import type { Claim } from "../../../core/model/claim.ts";
import type { Effect } from "../../../core/model/plan.ts";
import type { Performed } from "../../../ports/world.ts";
import { checkColdCopy, makeColdCopy } from "../../recovery/cold-copy.ts";
import type { Look } from "../look.ts";
import { fails, holds, type Seen } from "../observe/seen.ts";
import { nodeOf } from "./files-make.ts";
import type { Hands } from "./hands.ts";
import { done, unknown } from "./outcome.ts";

export const performNodeCopy = async (
  hands: Hands,
  { node, from, to }: Extract<Effect, { kind: "node.copy" }>,
): Promise<Performed> => {
  try {
    await hands.at.sessions.use(nodeOf(hands, node), (session) =>
      makeColdCopy(session, { from, to }),
    );
    return done;
  } catch (error) {
    return unknown(error);
  }
};

/** Whether every file of the copy is, byte for byte, what it was at its source when it was copied. */
export const observeCopied = async (
  look: Look,
  { node, from, to }: Extract<Claim, { kind: "copied" }>,
): Promise<Seen> =>
  look.at.sessions.use(nodeOf({ look }, node), async (session) => {
    const found = await checkColdCopy(session, { from, to });
    return "fault" in found
      ? fails("read-back", found.fault, node)
      : holds("read-back", `${to} has ${found.files} files, each with its sum`, node);
  });
