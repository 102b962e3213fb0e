import { nextWords, type CompletionCommand, type CompletionOption } from "./words.ts";

/** A script for zsh's completion system; works from a file named _certwright and through `source`. */
export const zshCompletion = (commands: readonly CompletionCommand[]): string => {
  const levels = [...nextWords(commands)].map(([path, words]) => {
    const items = [...words].map(([word, about]) => `      ${quote(`${word}:${about}`)}`);
    return `    ${quote(path)})\n    items=(\n${items.join("\n")}\n    )\n    ;;`;
  });
  const options = commands.map((c) => {
    const specs = c.options.map((o) => `      ${spec(o)}`);
    return `    ${quote(c.path.join(" "))})\n    _arguments -S \\\n${specs.join(" \\\n")} \\\n      '*:file:_files'\n    ;;`;
  });
  return `#compdef certwright
# zsh completion of certwright. Load it with: source <(certwright completion zsh)
_certwright() {
  local -a items
  local at="" word
  integer depth=1
  # Walk down the words that name a command, then complete the rest as that command's own line.
  while (( depth < CURRENT )); do
    word="\${words[depth+1]}"
    (( depth + 1 < CURRENT )) || break
    [[ "$word" == -* ]] && break
    at="\${at:+$at }$word"
    (( depth++ ))
    case "$at" in
    ${commands.map((c) => quote(c.path.join(" "))).join("|")}) break ;;
    esac
  done
  case "$at" in
${levels.join("\n")}
  esac
  if (( \${#items} )); then
    _describe -t commands command items
    return
  fi
  words=("\${(@)words[depth,-1]}")
  (( CURRENT -= depth - 1 ))
  case "$at" in
${options.join("\n")}
  esac
}
if [[ "\${funcstack[1]}" == "_certwright" ]]; then _certwright "$@"
else compdef _certwright certwright; fi
`;
};

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const spec = (option: CompletionOption): string => {
  const about = option.description.replaceAll(/[[\]:]/g, " ");
  const value = !option.takesValue
    ? ""
    : option.values.length > 0
      ? `:value:(${option.values.join(" ")})`
      : ":value:_files";
  const names = option.short === undefined ? "" : `{${option.short},${option.long}}`;
  const rest = quote(`[${about}]${value}`);
  return names === "" ? `${quote("*")}${option.long}${rest}` : `${quote("*")}${names}${rest}`;
};
