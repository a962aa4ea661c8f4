// Entities that were exported read what dynaproof stored, and build the same keys.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";

import { itemOf, keyValues, sameItem, withoutNames } from "./items.mjs";

const OPTIONS = { ignoreOwnership: true, data: "includeKeys", pages: "all" };

/** Try each entity of a table on the sampled items of its type; gives what was done, or throws. */
export async function tryElectroTable(task, module) {
  const client = new DynamoDBClient(task.client);
  const service = module[task.factory](client, task.table);
  const done = [];
  for (const { entity: name, items } of task.entities) {
    const entity = service.entities[name];
    const counts = { entity: name, read: 0, queried: 0, put: 0 };
    for (const typed of items) {
      const item = itemOf(typed);
      const properties = propertiesOf(entity.schema, item);
      const { data } = await entity.get(properties).go(OPTIONS);
      sameItem(stored(entity.schema, data), item, name);
      counts.read += 1;
      for (const access of Object.keys(entity.schema.indexes)) {
        counts.queried += await queried(entity, access, properties, item, task.key);
      }
      const { Item: written } = entity.put(properties).params();
      const added = keyValues(entity.schema.indexes, item, Object.keys(item));
      const extra = ["__edb_e__", "__edb_v__", ...Object.keys(added)];
      sameItem(withoutNames(plain(written), extra.filter((one) => !(one in item))), item, name);
      counts.put += 1;
    }
    done.push(counts);
  }
  client.destroy();
  return done;
}

/** What an application would give: properties by the names of the schema. */
function propertiesOf(schema, item) {
  const properties = { ...keyValues(schema.indexes, item, []) };
  for (const [name, { field, type }] of Object.entries(schema.attributes)) {
    const value = item[field ?? name];
    if (value !== undefined) {
      properties[name] = value;
    } else if (type === "number" && name in properties) {
      properties[name] = Number(properties[name]);
    }
  }
  return properties;
}

/** An entity that was read, under the names that the table has. */
function stored(schema, data) {
  const fields = Object.entries(data).map(([name, value]) => [
    schema.attributes[name]?.field ?? name,
    schema.attributes[name]?.type === "set" ? new Set(value) : value,
  ]);
  return Object.fromEntries(fields);
}

async function queried(entity, access, properties, item, key) {
  const index = entity.schema.indexes[access];
  const partition = pick(properties, index.pk.composite);
  const sort = pick(properties, index.sk?.composite ?? []);
  if (index.index && !held(index, item)) {
    return 0;
  }
  for (const given of [partition, { ...partition, ...sort }]) {
    const { data } = await entity.query[access](given).go(OPTIONS);
    const keys = data.map((one) => JSON.stringify(key.map((name) => stored(entity.schema, one)[name])));
    const wanted = JSON.stringify(key.map((name) => item[name]));
    if (!keys.includes(wanted)) {
      throw new Error(`${access} of ${wanted} found ${keys.length} others`);
    }
  }
  return 1;
}

function held(index, item) {
  const names = [index.pk, index.sk].flatMap((one) => (one?.field ? [one.field] : (one?.composite ?? [])));
  return names.every((name) => name in item);
}

function pick(properties, names) {
  return Object.fromEntries(names.map((name) => [name, properties[name]]));
}

/** ElectroDB's sets have a class of their own. */
function plain(item) {
  const values = Object.entries(item).map(([name, value]) => [
    name,
    value?.wrapperName === "Set" ? new Set(value.values) : value,
  ]);
  return unmarshall(marshall(Object.fromEntries(values), { removeUndefinedValues: true }));
}
