import { asciiBytes } from "../bytes/utf8.ts";

/** PostgreSQL, "Message Formats", SSLRequest: length 8, then the code 80877103. */
export const sslRequest: Uint8Array = new Uint8Array([0, 0, 0, 8, 4, 210, 22, 47]);

/** The answer of who has TLS. */
export const sslAnswer: Uint8Array = asciiBytes("S");

/** Protocol 3.0, which every PostgreSQL since 7.4 speaks. */
const version = [0, 3, 0, 0];

/**
 * StartupMessage: who wants to connect. The server answers with the kind of proof that it wants, or with why it wants
 * none of us; no password is tried. Characters that end a field are left out.
 */
export const startupMessage = (user: string, database: string): Uint8Array => {
  const fields = asciiBytes(["user", user, "database", database, ""].map(field).join(""));
  const length = 8 + fields.length;
  const message = new Uint8Array(length);
  message.set([0, 0, length >> 8, length & 255, ...version]);
  message.set(fields, 8);
  return message;
};

/** NAMEDATALEN: longer names PostgreSQL cuts itself. */
const maxName = 63;

const field = (text: string): string =>
  `${text.replaceAll(/[^\x20-\x7e]/g, "").slice(0, maxName)}\0`;
