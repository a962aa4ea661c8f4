// Items, and what their keys say: read back from the templates of a schema.
import assert from "node:assert/strict";

import { unmarshall } from "@aws-sdk/util-dynamodb";

/** An item of the JSON protocol, in which binary is base64, as plain values. */
export function itemOf(typed) {
  return unmarshall(withBytes(typed));
}

function withBytes(value) {
  if (Array.isArray(value)) {
    return value.map(withBytes);
  }
  if (value === null || typeof value !== "object") {
    return value;
  }
  const members = Object.entries(value).map(([name, one]) => {
    const binary = (name === "B" && typeof one === "string") || (name === "BS" && Array.isArray(one));
    return [name, binary ? bytes(one) : withBytes(one)];
  });
  return Object.fromEntries(members);
}

function bytes(value) {
  return Array.isArray(value) ? value.map(bytes) : new Uint8Array(Buffer.from(value, "base64"));
}

/** Values that fill the templates of indexes, from an item's keys; fields that are stored are left out. */
export function keyValues(indexes, item, known) {
  const values = {};
  for (const { pk, sk } of Object.values(indexes)) {
    for (const part of [pk, sk]) {
      if (part?.template && typeof item[part.field] === "string") {
        Object.assign(values, matched(part.template, item[part.field]));
      }
    }
  }
  return withoutNames(values, known);
}

/** ``ORDER#${number}`` and ``ORDER#12`` -> { number: "12" }, shortest values first. */
export function matched(template, text) {
  const names = [];
  const pattern = template.split(/\$\{(.*?)\}/).map((part, position) => {
    if (position % 2 === 0) {
      return part.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
    }
    const [name] = part.split(":");
    names.push(name);
    return "(.+?)";
  });
  const found = new RegExp(`^${pattern.join("")}$`, "s").exec(text);
  assert.ok(found, `${text} is not of ${template}`);
  return Object.fromEntries(names.map((name, position) => [name, found[position + 1]]));
}

export function withoutNames(item, names) {
  return Object.fromEntries(Object.entries(item).filter(([name]) => !names.includes(name)));
}

export function sameItem(found, wanted, what) {
  const values = Object.entries(found).map(([name, value]) => [
    name,
    value instanceof Buffer ? new Uint8Array(value) : value,
  ]);
  assert.deepStrictEqual(Object.fromEntries(values), wanted, what);
}
