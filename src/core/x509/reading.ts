import type { Flaw } from "../model/certificate.ts";
import { failure } from "../errors/certwright-error.ts";

/** "strict" for what we issue: the first deviation throws. "tolerant" for what we inspect: deviations are collected. */
export type Reading = "strict" | "tolerant";

/** One reading of one object: what is read, how, and what was found. */
export class Findings {
  readonly what: string;
  readonly strict: boolean;
  readonly flaws: Flaw[] = [];

  constructor(what: string, reading: Reading) {
    this.what = what;
    this.strict = reading === "strict";
  }

  /** Notes a deviation that can be passed over. Throws x509.malformed in a strict reading. */
  flaw(code: string, message: string, offset: number): void {
    if (this.strict) this.fatal(message, offset);
    // A hostile object could carry one flaw a byte; who reads the first hundred has seen enough.
    if (this.flaws.length < 100) this.flaws.push({ code, message, offset });
  }

  /** The object cannot be made out. Throws x509.malformed in either reading. */
  fatal(why: string, offset: number): never {
    throw failure("x509.malformed", { what: this.what, offset, why });
  }
}
