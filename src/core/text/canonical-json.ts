/**
 * The one text of a JSON value: no blanks, members of objects in ascending order of their names' UTF-16 units, numbers
 * and strings as ECMAScript writes them (RFC 8785 sections 3.2.2 and 3.2.3, whose order and forms these are). Members
 * that are undefined are left out, as JSON.stringify does. What is hashed here is hashed as UTF-8.
 */
export const canonicalJson = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "object" && value !== null) {
    const members = value as Readonly<Record<string, unknown>>;
    const parts: string[] = [];
    for (const name of Object.keys(members).toSorted()) {
      const member = members[name];
      if (member !== undefined) parts.push(`${JSON.stringify(name)}:${canonicalJson(member)}`);
    }
    return `{${parts.join(",")}}`;
  }
  // An undefined element of a list is null, as in JSON.stringify.
  return JSON.stringify(value) ?? "null";
};
