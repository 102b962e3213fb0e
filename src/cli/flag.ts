/** The parts of an option's flag as help shows it: "-o, --output <format>". */
export interface Flag {
  /** "output" */
  readonly long: string;
  /** "o" */
  readonly short: string | undefined;
  readonly takesValue: boolean;
}

export const readFlag = (flag: string): Flag => ({
  long: /--([\w-]+)/.exec(flag)?.[1] ?? "",
  short: /^-(\w)(?=,)/.exec(flag)?.[1],
  takesValue: flag.includes("<"),
});

/** "clientCa" as it is typed: "client-ca". */
export const kebab = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
