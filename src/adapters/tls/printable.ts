/** Octets that would end a line or a header are escaped, whatever the caller took the text from. */
export const printable = (text: string): string =>
  text.toWellFormed().replaceAll(/[^\x21-\x7e]/g, (character) => encodeURIComponent(character));
