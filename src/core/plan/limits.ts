/** Apply refuses a plan that is older: estates change, and whoever approved it has forgotten why. */
export const planLifetime = 24 * 3_600_000;

/** Room for the run itself after the plan's last moment: leaves and CAs in use must outlast both. */
export const runAllowance = 24 * 3_600_000;

/** Fresh leaves are backdated by five minutes and probe leaves live for minutes: a clock that is further off than this would refuse some. */
export const skewLimit = 60_000;

/** /proc counts a start from the boot time in whole seconds: a file written right before is no older than that. */
export const clockGrain = 2_000;
