#!/usr/bin/env node
"use strict";
// Written so that a Node as old as version 4 can parse it and say what is needed:
// no template strings beyond ES2015, and no trailing comma in a call.
var needed = 24;
var running = process.versions.node;
if (parseInt(running, 10) >= needed) {
  module.exports = require("../dist/main.cjs");
} else {
  var words = [
    "certwright needs Node.js " + needed + " or later; this is Node.js " + running + ",",
    "started from " + process.execPath + ".",
    "Get it from https://nodejs.org/en/download, or with npm alone:",
    "  npx -p node@" + needed + " -p certwright certwright --help",
  ];
  process.stderr.write(words.join("\n") + "\n");
  process.exitCode = 2;
}
