#!/usr/bin/env node
"use strict";
// As certwright.cjs: a Node as old as version 4 can parse it.
var path = require("path");
var needed = 24;
if (parseInt(process.versions.node, 10) >= needed) {
  // In a checkout the source is what is meant, bundled or not; a package has none.
  var home = path.resolve(__dirname, "../..");
  var source = path.resolve(home, "../src/cli/simulator.ts");
  var isCheckout = path.basename(home) === "packages" && require("fs").existsSync(source);
  module.exports = require(isCheckout ? source : "../dist/simulator.cjs");
} else {
  process.stderr.write("certwright-sim needs Node.js " + needed + " or later.\n");
  process.exitCode = 2;
}
