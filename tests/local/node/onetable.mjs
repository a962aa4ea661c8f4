// Models that were exported read what dynaproof stored, and build the same keys.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";

import { itemOf, matched, sameItem, withoutNames } from "./items.mjs";

/** Try each model of a table on the sampled items of its type; gives what was done, or throws. */
export async function tryOneTable(task, module) {
  const client = new DynamoDBClient(task.client);
  const table = module[task.factory](client, task.table);
  const { indexes, models, params } = table.schema.definition;
  const done = [];
  for (const { entity: name, items } of task.entities) {
    const model = table.getModel(name);
    const fields = models[name];
    const counts = { entity: name, read: 0, queried: 0, put: 0 };
    for (const typed of items) {
      const item = itemOf(typed);
      const properties = propertiesOf(fields, item);
      const found = await model.get({ ...properties }, { hidden: true });
      sameItem(stored(fields, found, params.typeField), item, name);
      counts.read += 1;
      for (const index of Object.keys(indexes)) {
        counts.queried += await queried(model, fields, index, indexes[index], properties, item, task.key);
      }
      const put = await model.create({ ...properties }, { execute: false, log: false, exists: null });
      const extra = [params.typeField, ...Object.keys(properties)];
      sameItem(withoutNames(unmarshall(put.Item), extra.filter((one) => !(one in item))), item, name);
      counts.put += 1;
    }
    done.push(counts);
  }
  client.destroy();
  return done;
}

/** What an application would give: fields that are no templates. */
function propertiesOf(fields, item) {
  const texts = {};
  for (const [name, field] of Object.entries(fields)) {
    const text = item[field.map ?? name];
    if (field.value && typeof text === "string") {
      Object.assign(texts, matched(field.value, text));
    }
  }
  const properties = {};
  for (const [name, field] of Object.entries(fields)) {
    const value = item[field.map ?? name] ?? texts[name];
    if (value !== undefined && !field.value) {
      properties[name] = given(field, value);
    }
  }
  return properties;
}

function given(field, value) {
  if (field.type === "date") {
    return field.ttl ? new Date(value * 1000) : new Date(value);
  }
  return field.type === "number" ? Number(value) : value;
}

/** An item that was read, under the names and with the values that the table has. */
function stored(fields, found, typeField) {
  const values = Object.entries(withoutNames(found, [typeField])).map(([name, value]) => [
    fields[name]?.map ?? name,
    value instanceof Date ? dated(fields[name], value) : value,
  ]);
  const plain = Object.fromEntries(values);
  return unmarshall(marshall(plain, { removeUndefinedValues: true }));
}

function dated(field, value) {
  return field.ttl ? value.getTime() / 1000 : value.toISOString();
}

async function queried(model, fields, index, { hash, sort }, properties, item, key) {
  if (!(hash in item) || (sort && !(sort in item))) {
    return 0;
  }
  const given = Object.entries(fields).flatMap(([name, field]) => {
    const attribute = field.map ?? name;
    if (attribute !== hash && attribute !== sort) {
      return [];
    }
    return field.value ? references(field.value) : [name];
  });
  const asked = Object.fromEntries(given.map((name) => [name, properties[name]]));
  const options = index === "primary" ? {} : { index };
  const found = await model.find(asked, { ...options, hidden: true });
  const keys = found.map((one) => JSON.stringify(key.map((name) => stored(fields, one, "")[name])));
  const wanted = JSON.stringify(key.map((name) => item[name]));
  if (!keys.includes(wanted)) {
    throw new Error(`${index} of ${wanted} found ${keys.length} others`);
  }
  return 1;
}

function references(template) {
  return [...template.matchAll(/\$\{(.*?)\}/g)].map((found) => found[1].split(":")[0]);
}
