import { dirname, resolve } from "node:path";
import { LineCounter, parseDocument, type Document } from "yaml";
import { CertwrightError, failure } from "../../core/errors/certwright-error.ts";
import type { LocatedFault } from "../../core/errors/estate.ts";
import { settle } from "../../core/estate/settle.ts";
import type { Estate } from "../../core/model/estate.ts";
import { utf8Of } from "../../core/bytes/utf8.ts";
import type { Files } from "../../ports/files.ts";
import { estateExample } from "./example.ts";
import { fieldName, locate } from "./locate.ts";
import { schemaFaults, type SchemaFault } from "./schema-faults.ts";
import { estateSchema } from "./schema.ts";

/** A hundred nodes with twenty addresses each are 60 kB. */
const estateSizeLimit = 1024 * 1024;

/** More than anybody corrects at once. */
const faultLimit = 20;

/**
 * Reads certwright.yaml. Throws estate.missing with an example to start from, file.* for what is no readable file,
 * and estate.faulty with every fault's line, column and field.
 */
export const readEstate = async (path: string, files: Files): Promise<Estate> => {
  const bytes = await files.read(path, { limit: estateSizeLimit }).then(
    (file) => file.bytes,
    (error: unknown) => {
      throw error instanceof CertwrightError && error.code === "file.missing"
        ? failure("estate.missing", { path, example: estateExample })
        : error;
    },
  );
  return parseEstate(utf8Of(bytes).text, path);
};

/** The same from text; `path` is for messages and for relative folders. */
export const parseEstate = (text: string, path: string): Estate => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const faulty = (faults: readonly LocatedFault[]) =>
    failure("estate.faulty", { faults: faults.slice(0, faultLimit) });
  if (document.errors.length > 0) {
    throw faulty(
      document.errors.map((error) => {
        const { line, col } = lines.linePos(error.pos[0]);
        return { file: path, line, column: col, field: "", message: yamlFault(error.message) };
      }),
    );
  }
  const at = (faults: readonly SchemaFault[]) =>
    faulty(
      faults.map((fault) => ({
        file: path,
        ...locate(document, lines, fault.path, fault.at),
        field: fieldName(fault.path),
        message: fault.message,
        ...(fault.hint === undefined ? {} : { hint: fault.hint }),
      })),
    );
  const data = dataOf(document, (message) =>
    faulty([{ file: path, line: 1, column: 1, field: "", message }]),
  );
  const parsed = estateSchema.safeParse(data);
  if (!parsed.success) throw at(schemaFaults(parsed.error.issues, data));
  const folder = dirname(resolve(path));
  const settled = settle(parsed.data, (relative) => resolve(folder, relative));
  if (!settled.ok) throw at(settled.faults.map((fault) => ({ ...fault, at: "value" })));
  return settled.estate;
};

const dataOf = (document: Document, faulty: (message: string) => CertwrightError): unknown => {
  try {
    // 100 aliases are the library's own limit against exponential growth.
    return document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (error) {
    if (error instanceof ReferenceError) throw faulty(yamlFault(error.message));
    throw error;
  }
};

/** The YAML library's sentence in this project's form: no capital, no full stop, and the remedy for the usual one. */
const yamlFault = (message: string): string => {
  const plain = message.charAt(0).toLowerCase() + message.slice(1).replace(/\.$/, "");
  return /tab/i.test(message) ? `${plain}; indent with spaces` : plain;
};
