import { parseArgs } from "node:util";
import { failure } from "../core/errors/certwright-error.ts";
import { nearest } from "../core/text/nearest.ts";
import type { Command, CommandEntry, Input, OptionDefinition } from "./command.ts";
import { spelled } from "./find-command.ts";
import { readFlag } from "./flag.ts";
import type { Terminal } from "./terminal.ts";

type Options = Readonly<Record<string, OptionDefinition>>;

/** What was given for each option, by its key in the command: texts in order, or how often for a switch. */
type Given = Map<string, string[]>;

/**
 * Parses the words after the command's path. Gives "help" when that was asked for; throws a usage.* error
 * for everything that does not fit.
 */
export const readInput = (
  entry: CommandEntry,
  command: Command,
  words: readonly string[],
  env: Terminal["env"],
): Input | "help" => {
  const spelling = spelled(entry.path);
  const definitions = command.options ?? {};
  const { tokens } = parseArgs({
    args: [...words],
    // Told by hand: which word is wrong, and the nearest right one.
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: parserOptions(definitions),
  });
  // Also as the forgotten value of another option: who asks for help gets it.
  const isHelp = (word: string | undefined) => word === "--help" || word === "-h";
  if (tokens.some((t) => t.kind === "option" && (isHelp(t.rawName) || isHelp(t.value)))) {
    return "help";
  }
  const keys = new Map(Object.entries(definitions).map(([key, o]) => [readFlag(o.flag).long, key]));
  const given: Given = new Map();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value);
    if (token.kind !== "option") continue;
    const key = keys.get(token.name);
    if (key === undefined) {
      throw failure("usage.unknown-option", {
        option: token.rawName,
        command: spelling,
        nearest: nearest(
          token.rawName,
          [...keys.keys(), "help"].map((long) => `--${long}`),
        ),
      });
    }
    const { flag } = definitions[key]!;
    const value = token.value ?? "";
    if (!readFlag(flag).takesValue) {
      if (token.inlineValue === true) throw failure("usage.no-value", { option: flag, value });
    } else if (token.value === undefined || (!token.inlineValue && /^-./.test(value))) {
      // A value that begins with a dash is another option, as in "--ca --name x"; "--ca=-x" says it is not.
      throw failure("usage.missing", { what: `the value of ${flag}`, command: spelling });
    }
    given.set(key, [...(given.get(key) ?? []), value]);
  }
  return {
    arguments: readArguments(command.arguments ?? {}, positionals, spelling),
    options: Object.fromEntries(
      Object.entries(definitions).map(([key, definition]) => [
        key,
        optionValue(definition, given.get(key), env, spelling),
      ]),
    ),
  };
};

const parserOptions = (definitions: Options) => {
  const help = { type: "boolean" as const, short: "h" };
  const options: Record<string, { type: "boolean" | "string"; short?: string }> = { help };
  for (const { flag } of Object.values(definitions)) {
    const { long, short, takesValue } = readFlag(flag);
    options[long] = { type: takesValue ? "string" : "boolean" };
    if (short !== undefined) options[long].short = short;
  }
  return options;
};

const readArguments = (
  definitions: NonNullable<Command["arguments"]>,
  positionals: readonly string[],
  command: string,
): Record<string, unknown> => {
  const values: Record<string, unknown> = {};
  const entries = Object.entries(definitions);
  for (const [i, [name, { optional, variadic }]] of entries.entries()) {
    if (positionals[i] === undefined && optional !== true) {
      throw failure("usage.missing", { what: `<${name}>`, command });
    }
    values[name] = variadic === true ? positionals.slice(i) : positionals[i];
  }
  const endless = entries.at(-1)?.[1].variadic === true;
  if (!endless && positionals.length > entries.length) {
    const counts = { expected: entries.length, given: positionals.length };
    throw failure("usage.too-many-arguments", { command, ...counts });
  }
  return values;
};

const optionValue = (
  definition: OptionDefinition,
  given: readonly string[] | undefined,
  env: Terminal["env"],
  command: string,
): unknown => {
  const { flag, repeat, required } = definition;
  const { long, takesValue } = readFlag(flag);
  if (!takesValue) return given !== undefined;
  const fallback = (definition.env === undefined ? undefined : env[definition.env]) || undefined;
  const otherwise = fallback ?? definition.default;
  const texts = given ?? (otherwise === undefined ? [] : [otherwise]);
  if (texts.length === 0 && required === true) {
    throw failure("usage.missing", { what: flag, command });
  }
  const values = texts.map((text) => oneValue(text, `--${long}`, definition));
  return repeat === true ? values : values.at(-1);
};

const oneValue = (text: string, flag: string, definition: OptionDefinition): unknown => {
  if (definition.choices !== undefined && !definition.choices.includes(text)) {
    throw failure("usage.invalid-option", {
      option: flag,
      value: text,
      expected: `one of ${definition.choices.join(", ")}`,
      nearest: nearest(text, definition.choices),
    });
  }
  return definition.parse === undefined ? text : definition.parse(text, flag);
};
