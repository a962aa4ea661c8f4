// Loads exported modules and makes everything in them; tells which attributes each entity holds.
import { readFile } from "node:fs/promises";

const HOLDS = { electrodb: electrodb, onetable: onetable };
const answers = [];
for (const { kind, module } of JSON.parse(await readFile(process.argv[2], "utf8"))) {
  try {
    const made = await import(module);
    const functions = Object.keys(made).filter((name) => name.startsWith("create"));
    answers.push({ held: functions.flatMap((name) => HOLDS[kind](made[name]())) });
  } catch (error) {
    answers.push({ error: String(error.stack) });
  }
}
console.log(JSON.stringify(answers));

function electrodb(service) {
  return Object.values(service.entities).map(({ schema }) => {
    const keys = Object.values(schema.indexes).flatMap(({ pk, sk }) => [pk, sk ?? pk]);
    const names = Object.entries(schema.attributes).map(([name, { field }]) => field ?? name);
    return { entity: schema.model.entity, names: [...names, ...keys.map((one) => one.field)] };
  });
}

function onetable(table) {
  const { models } = table.schema.definition;
  return Object.entries(models).map(([entity, fields]) => ({
    entity,
    names: Object.entries(fields).map(([name, { map }]) => map ?? name),
  }));
}
