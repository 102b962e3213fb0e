import { CommanderError, type Command as Program } from "commander";
import { failure } from "../core/errors/certwright-error.ts";
import { nearest } from "../core/text/nearest.ts";
import type { Command, CommandEntry, Input, OptionDefinition } from "./command.ts";
import { spelled } from "./find-command.ts";
import { kebab, plainWidth, programOf } from "./help.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Parses the words after the command's path. Gives undefined when help was asked for and printed;
 * throws a usage.* error for everything that does not fit.
 */
export const readInput = (
  entry: CommandEntry,
  command: Command,
  words: readonly string[],
  terminal: Terminal,
): Input | undefined => {
  const program = programOf(entry, command, terminal.columns ?? plainWidth)
    .exitOverride()
    .configureOutput({ writeOut: (text) => terminal.write(text), writeErr: () => {} });
  try {
    program.parse(words, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === "commander.helpDisplayed") return undefined;
    throw usageFailure(error, program, entry, command);
  }
  const raw: Record<string, unknown> = program.opts();
  const options: Record<string, unknown> = {};
  for (const [name, definition] of Object.entries(command.options ?? {})) {
    options[name] = optionValue(name, definition, raw, terminal.env, entry);
  }
  const args: Record<string, unknown> = {};
  for (const [i, name] of Object.keys(command.arguments ?? {}).entries()) {
    args[name] = program.processedArgs[i];
  }
  return { arguments: args, options };
};

const optionValue = (
  name: string,
  definition: OptionDefinition,
  raw: Readonly<Record<string, unknown>>,
  env: Terminal["env"],
  entry: CommandEntry,
): unknown => {
  if (!definition.flag.includes("<")) {
    // Commander stores "--no-x" as x = false.
    return /--no-/.test(definition.flag)
      ? raw[name.charAt(2).toLowerCase() + name.slice(3)] === false
      : raw[name] === true;
  }
  const fallback = (definition.env === undefined ? undefined : env[definition.env]) || undefined;
  const value = raw[name] ?? fallback ?? definition.default;
  const flag = `--${kebab(name)}`;
  if (definition.repeat === true) {
    const list = value === undefined ? [] : Array.isArray(value) ? value : [value];
    if (list.length === 0 && definition.required === true) throw missing(definition, entry);
    return list.map((text) => oneValue(text, flag, definition));
  }
  if (value === undefined) {
    if (definition.required === true) throw missing(definition, entry);
    return undefined;
  }
  return oneValue(String(value), flag, definition);
};

const missing = (definition: OptionDefinition, entry: CommandEntry) =>
  failure("usage.missing", { what: definition.flag, command: spelled(entry.path) });

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

/** Commander's error in our registry's words. Its texts name the thing between single quotes. */
const usageFailure = (
  error: CommanderError,
  program: Program,
  entry: CommandEntry,
  command: Command,
) => {
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? "";
  const spelling = spelled(entry.path);
  switch (error.code) {
    case "commander.unknownOption": {
      const flags = [...program.options.flatMap((o) => o.long ?? []), "--help"];
      // "--output=json" is about --output.
      const option = quoted.split("=", 1)[0]!;
      return failure("usage.unknown-option", {
        option,
        command: spelling,
        nearest: nearest(option, flags),
      });
    }
    case "commander.missingArgument":
      return failure("usage.missing", { what: `<${quoted}>`, command: spelling });
    case "commander.excessArguments":
      return failure("usage.too-many-arguments", {
        command: spelling,
        expected: Object.keys(command.arguments ?? {}).length,
        given: program.args.length,
      });
    case "commander.optionMissingArgument":
      return failure("usage.missing", { what: `the value of ${quoted}`, command: spelling });
    default:
      return error;
  }
};
