import { nextWords, type CompletionCommand } from "./words.ts";

/** A script for bash 3.2 and later; it needs no bash-completion package. */
export const bashCompletion = (commands: readonly CompletionCommand[]): string => {
  const levels = [...nextWords(commands)].map(
    ([path, words]) => `    "${path}") echo "${[...words.keys()].join(" ")}" ;;`,
  );
  const flags = commands.map(
    (c) => `    "${c.path.join(" ")}") echo "${c.options.map((o) => o.long).join(" ")}" ;;`,
  );
  const values = commands.flatMap((c) =>
    c.options
      .filter((o) => o.takesValue)
      .flatMap((o) =>
        [o.long, ...(o.short === undefined ? [] : [o.short])].map(
          (flag) => `    "${c.path.join(" ")} ${flag}") echo "${o.values.join(" ")}" ;;`,
        ),
      ),
  );
  return `# bash completion of certwright. Load it with: source <(certwright completion bash)
_certwright_words() {
  case "$1" in
${levels.join("\n")}
  esac
}
_certwright_flags() {
  case "$1" in
${flags.join("\n")}
  esac
}
# Gives the values of an option; nothing and success when it takes any value.
_certwright_values() {
  case "$1" in
${values.join("\n")}
    *) return 1 ;;
  esac
}
_certwright() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local path="" word words i
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    words=" $(_certwright_words "$path") "
    [[ "$word" != -* && "$words" == *" $word "* ]] || break
    path="\${path:+$path }$word"
  done
  COMPREPLY=()
  if words="$(_certwright_values "$path $previous")"; then
    if [[ -n "$words" ]]; then COMPREPLY=($(compgen -W "$words" -- "$current"))
    else COMPREPLY=($(compgen -f -- "$current")); fi
  elif [[ "$current" == -* ]]; then
    COMPREPLY=($(compgen -W "$(_certwright_flags "$path")" -- "$current"))
  elif words="$(_certwright_words "$path")" && [[ -n "$words" ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  else
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}
complete -o filenames -o bashdefault -F _certwright certwright
`;
};
