/** Printable ASCII without the two characters that JSON escapes there: nearly every string there is. */
const plain = /^[ !#-[\]-~]*$/;

const quoted = (text: string): string => (plain.test(text) ? `"${text}"` : JSON.stringify(text));

/** Most objects are written in this order already. */
const sortedNames = (members: object): readonly string[] => {
  const names = Object.keys(members);
  for (let i = 1; i < names.length; i++) if (names[i - 1]! > names[i]!) return names.sort();
  return names;
};

/**
 * The one text of a JSON value: no blanks, members of objects in ascending order of their names' UTF-16 units, numbers
 * and strings as ECMAScript writes them (RFC 8785 sections 3.2.2 and 3.2.3, whose order and forms these are). Members
 * that are undefined are left out, as JSON.stringify does. What is hashed here is hashed as UTF-8.
 */
export const canonicalJson = (value: unknown): string => {
  if (typeof value === "string") return quoted(value);
  if (typeof value !== "object" || value === null) {
    // An undefined element of a list is null, as in JSON.stringify.
    return JSON.stringify(value) ?? "null";
  }
  let text = "";
  if (Array.isArray(value)) {
    for (const element of value) text += `${text === "" ? "[" : ","}${canonicalJson(element)}`;
    return text === "" ? "[]" : `${text}]`;
  }
  const members = value as Readonly<Record<string, unknown>>;
  for (const name of sortedNames(members)) {
    const member = members[name];
    if (member === undefined) continue;
    text += `${text === "" ? "{" : ","}${quoted(name)}:${canonicalJson(member)}`;
  }
  return text === "" ? "{}" : `${text}}`;
};
