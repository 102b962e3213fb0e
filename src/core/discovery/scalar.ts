/** Bare where YAML 1.1 and 1.2 read it as a string, as a name or an IPv4 address, else in the quotes that it shares with JSON. */
export const scalar = (text: string): string =>
  /^(?:[A-Za-z/][A-Za-z0-9./_-]*|\d+\.\d+\.\d+\.\d+)$/.test(text) &&
  !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(text)
    ? text
    : JSON.stringify(text);
