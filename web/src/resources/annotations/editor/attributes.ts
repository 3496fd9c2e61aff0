/** The attributes that an annotation may have: those that the project defines, and those it carries already. */

export interface AttributeField {
  key: string;
  sort: "flag" | "one" | "several" | "number" | "text";
  options: readonly string[];
}

/** Fields for the project's definitions, then for plain values that no definition covers. */
export function attributesOf(definitions: readonly Record<string, unknown>[], carried: Readonly<Record<string, unknown>>): AttributeField[] {
  const defined = definitions.flatMap((definition) => (typeof definition.key === "string" && definition.key !== "" ? [fieldOf(definition.key, definition)] : []));
  const known = new Set(defined.map(({ key }) => key));
  const others = Object.entries(carried).flatMap(([key, value]) => (known.has(key) ? [] : plainField(key, value)));
  return [...defined, ...others];
}

function fieldOf(key: string, { attribute_type: type, allow_multiple: several, options }: Record<string, unknown>): AttributeField {
  const words = Array.isArray(options) ? options.map(String) : [];
  if (type === "binary") return { key, sort: "flag", options: [] };
  if (type === "categorical" || words.length > 0) return { key, sort: several === true ? "several" : "one", options: words };
  return { key, sort: "text", options: [] };
}

function plainField(key: string, value: unknown): AttributeField[] {
  if (typeof value === "boolean") return [{ key, sort: "flag", options: [] }];
  if (typeof value === "number") return [{ key, sort: "number", options: [] }];
  return typeof value === "string" ? [{ key, sort: "text", options: [] }] : [];
}
