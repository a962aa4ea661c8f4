// Items, and what their keys say: read back from the templates of a schema.
import assert from "node:assert/strict";

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
  assert.deepStrictEqual(found, wanted, what);
}
