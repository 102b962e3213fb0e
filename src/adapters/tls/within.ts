import type { Conversation } from "./conversation.ts";

/** How long the rest of a banner may take, when the first segment held next to nothing. */
export const bannerPatience = 100;

/** Waits for what may still come, no longer than that. */
export const within = async (
  milliseconds: number,
  cut: AbortSignal,
  conversation: Conversation,
  condition: () => boolean,
): Promise<void> => {
  const patience = new AbortController();
  const end = (): void => patience.abort();
  const timer = setTimeout(end, milliseconds);
  cut.addEventListener("abort", end);
  if (cut.aborted) end();
  await conversation.until(condition, patience.signal);
  clearTimeout(timer);
  cut.removeEventListener("abort", end);
};
