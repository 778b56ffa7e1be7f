// A contestant from npm in a process of its own: node worker.mjs ENGINE FILE. Speaks as worker.py does.

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const require = createRequire(`${process.env.PEERS_NODE}/package.json`);
const COMPARING = 15;

const ENGINES = {
  // JsonLogic, each rule compiled to a function of its own.
  "json-logic-engine": (rules) => {
    const { LogicEngine } = require("json-logic-engine");
    const engine = new LogicEngine();
    const made = rules.map((rule) => engine.build(rule));
    return (facts) => {
      const matched = [];
      for (let number = 0; number < made.length; number++) if (made[number](facts)) matched.push(number);
      return matched;
    };
  },
  // One engine that holds all rules; what it lacks (lists that share something, ranges) as its own operators.
  "json-rules-engine": (rules) => {
    const { Engine } = require("json-rules-engine");
    const engine = new Engine();
    engine.addOperator("shares", (have, wanted) => wanted.some((value) => have.includes(value)));
    engine.addOperator("between", (have, [low, high]) => low <= have && have <= high);
    rules.forEach((conditions, number) => engine.addRule({ conditions, event: { type: String(number) } }));
    return async (facts) => {
      const { events } = await engine.run(facts);
      return events.map((event) => Number(event.type)).sort((one, other) => one - other);
    };
  },
};

const worked = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
const say = (figures) => process.stdout.write(`${JSON.stringify(figures)}\n`);

const [engine, path] = process.argv.slice(2);
const { rules, facts, expected } = JSON.parse(readFileSync(path, "utf8"));
const began = worked();
const matching = ENGINES[engine](rules);
const built = worked() - began;
const wrong = [];
let compared = 0;
const ends = worked() + COMPARING;
for (const [number, answer] of expected.entries()) {
  const found = await matching(facts[number]);
  if (JSON.stringify(found) !== JSON.stringify(answer)) wrong.push(number);
  compared += 1;
  if (worked() > ends) break;
}
say({ built, compared, wrong });
for await (const line of createInterface({ input: process.stdin })) {
  const start = worked();
  let done = 0;
  for (let number = 0; ; number++) {
    // Awaiting costs an engine that answers at once nothing here: only promises are awaited.
    const answer = matching(facts[number % facts.length]);
    if (answer instanceof Promise) await answer;
    done += 1;
    if (done % 8 === 0 && worked() - start > Number(line)) break;
  }
  // How facts would come to Node from elsewhere is not counted: here they are its own objects already.
  say({ microseconds: ((worked() - start) / done) * 1e6, handing: 0 });
}
