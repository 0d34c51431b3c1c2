import type { Config } from '../schema.ts';
import { configNode, type SchemaNode } from '../schema-node.ts';
import { type SecretRef, secretRefSchema } from '../sections/secret-ref.ts';

/** A reference to a secret and where it stands, such as `amt.credentials.default.password`. */
export interface PlacedSecretRef {
  readonly path: string;
  readonly ref: SecretRef;
}

/** Every reference to a secret that this configuration needs. The key of the store only counts when something is in the store. */
export function secretRefsOf(config: Config): readonly PlacedSecretRef[] {
  const all = refsBelow(configNode, config, '');
  const usesStore = all.some(({ ref }) => 'secret' in ref);
  return usesStore ? all : all.filter(({ path }) => path !== 'service.secretKey');
}

function refsBelow(node: SchemaNode, value: unknown, path: string): readonly PlacedSecretRef[] {
  if (typeof value !== 'object' || value === null) return [];
  if (node.sensitive) {
    const ref = secretRefSchema.safeParse(value);
    return ref.success ? [{ path, ref: ref.data }] : [];
  }
  return Object.entries(value).flatMap(([key, inner]) => {
    const next = node.items ?? node.properties?.[key] ?? (node.additionalProperties || undefined);
    const step = node.items ? `[${key}]` : path === '' ? key : `.${key}`;
    return next ? refsBelow(next, inner, path + step) : [];
  });
}
