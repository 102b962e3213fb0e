/** Loaded before certwright with `node --import`: its clock is CLOCK_SHIFT milliseconds off, so that what it makes has ended by now. */
const shift = Number(process.env["CLOCK_SHIFT"] ?? "0");
const now = Date.now;
Date.now = () => now() + shift;
