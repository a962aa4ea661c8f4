// Tries all exported modules in one process: tasks in a file of JSON, what was done as JSON.
import { readFile } from "node:fs/promises";

import { tryElectroTable } from "./electrodb.mjs";
import { tryOneTable } from "./onetable.mjs";

const TRIES = { electrodb: tryElectroTable, onetable: tryOneTable };
const done = [];
for (const task of JSON.parse(await readFile(process.argv[2], "utf8"))) {
  const module = await import(task.module);
  try {
    done.push({ table: task.table, done: await TRIES[task.kind](task, module) });
  } catch (error) {
    done.push({ table: task.table, error: String(error.stack) });
  }
}
console.log(JSON.stringify(done));
