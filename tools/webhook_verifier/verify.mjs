// Verifies webhooks with the reference library of Standard Webhooks: one case of the JSON list on stdin after the
// other, each {secret, headers, body}; answers a list of what was wrong with each, null where nothing was.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(process.argv[2] + "/");
const { Webhook } = require("standardwebhooks");

const verified = ({ secret, headers, body }) => {
  try {
    new Webhook(secret).verify(body, headers);
    return null;
  } catch (error) {
    return error.name + ": " + error.message;
  }
};

process.stdout.write(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(verified)));
