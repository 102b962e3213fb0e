import type { ErrorDefinition } from "../../src/core/errors/definition.ts";
import { registry } from "../../src/core/errors/registry.ts";

/** docs/reference/errors.md: every error with its message, its next step and its exit code. */
export const errorsPage = (): string => {
  const areas = Map.groupBy(
    Object.entries(registry as unknown as Record<string, ErrorDefinition<unknown>>),
    ([code]) => code.slice(0, code.indexOf(".")),
  );
  const lines = [
    "# Errors",
    "",
    "Every error that certwright reports, by its code. Words in braces are filled in. The code is shown with `--debug` and in the API; it never changes its meaning. Exit codes: 1 the thing asked about is at fault or was refused, 2 usage, 3 inconclusive, 4 a deadline passed, 130 interrupted.",
    "",
    "Made from src/core/errors by `npm run docs`.",
  ];
  for (const [area, errors] of [...areas].sort(([a], [b]) => (a < b ? -1 : 1))) {
    lines.push("", `## ${area}`);
    for (const [code, definition] of errors.sort(([a], [b]) => (a < b ? -1 : 1))) {
      const hint = definition.hint?.(placeholder(""));
      const facts = `exit ${definition.exit}${retryWords[definition.retry]}`;
      lines.push("", `### ${code}`, "", `> ${escape(definition.message(placeholder("")))}`);
      if (hint !== undefined) lines.push(`>`, `> hint: ${escape(hint)}`);
      lines.push("", facts);
    }
  }
  return `${lines.join("\n")}\n`;
};

const retryWords = {
  now: "; trying again now can help",
  later: "; trying again later can help",
  never: "",
};

const escape = (text: string): string =>
  text
    .replaceAll(/[<>*_`|]/g, (c) => `\\${c}`)
    .replaceAll(/\s*\n\s*/g, " ")
    .replaceAll("NaN", "…");

/**
 * Stands in for the parameters of a message and for everything inside them: any property is a placeholder again,
 * and as text it is its own name in braces, so that `${p.path}` comes out as "{path}".
 */
const placeholder = (name: string): never => {
  const text = `{${name}}`;
  return new Proxy(
    {},
    {
      get: (_target, key) => {
        if (key === Symbol.toPrimitive) return (hint: string) => (hint === "number" ? NaN : text);
        if (key === Symbol.iterator) return () => [placeholder(name)].values();
        if (typeof key === "symbol") return undefined;
        if (key === "join") return () => text;
        if (key === "map" || key === "flatMap") {
          return (each: (one: never) => unknown) => [each(placeholder(name))];
        }
        if (key === "length") return 2;
        const method: unknown = Reflect.get(String.prototype, key);
        if (typeof method === "function") {
          return (...args: unknown[]) => Reflect.apply(method, text, args) as unknown;
        }
        return placeholder(name === "" ? key : `${name}.${key}`);
      },
    },
  ) as never;
};
