import { nextWords, type CompletionCommand } from "./words.ts";

/** A script for fish 3 and later. */
export const fishCompletion = (commands: readonly CompletionCommand[]): string => {
  const lines: string[] = [];
  for (const [path, words] of nextWords(commands)) {
    for (const [word, about] of words) {
      lines.push(`complete -c certwright -f -n ${at(path)} -a ${quote(word)} -d ${quote(about)}`);
    }
  }
  for (const { path, options } of commands) {
    for (const option of options) {
      const short = option.short === undefined ? "" : ` -s ${option.short.slice(1)}`;
      const value = !option.takesValue
        ? ""
        : option.values.length > 0
          ? ` -x -a ${quote(option.values.join(" "))}`
          : " -r";
      lines.push(
        `complete -c certwright -n ${inside(path.join(" "))}${short} -l ${option.long.slice(2)}${value} -d ${quote(option.description)}`,
      );
    }
  }
  return `# fish completion of certwright. Load it with: certwright completion fish | source
function __certwright_words
    set -l words (commandline -opc)
    string join ' ' -- (string match --invert -- '-*' $words[2..-1])
end
function __certwright_at
    set -l words (__certwright_words)
    test "$words" = "$argv[1]"
end
function __certwright_inside
    set -l words (__certwright_words)
    string match -q -- "$argv[1]*" "$words"
end
${lines.join("\n")}
`;
};

const quote = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
const at = (path: string): string => quote(`__certwright_at "${path}"`);
const inside = (path: string): string => quote(`__certwright_inside "${path}"`);
