/** Cryptographically secure in production, seeded in the simulator. */
export interface Random {
  bytes(length: number): Uint8Array;
}
