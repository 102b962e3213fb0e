/** What systemctl is asked for. */
export const serviceVerbs = ["restart", "stop", "start"] as const;
export type ServiceVerb = (typeof serviceVerbs)[number];

export const isServiceVerb = (word: string): word is ServiceVerb =>
  (serviceVerbs as readonly string[]).includes(word);
