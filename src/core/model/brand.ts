declare const brand: unique symbol;
/** A string that only its own maker may produce: a fingerprint is not a key id. */
export type Brand<T, B extends string> = T & { readonly [brand]: B };
