import { z } from 'zod';
import { configSchema } from './schema.ts';

/** One place of the schema, as JSON Schema draft 2020-12 describes it, with this project's two marks. */
export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly propertyNames?: SchemaNode;
  readonly additionalProperties?: SchemaNode | false;
  /** What may stand here, in words. */
  readonly allowed?: string;
  /** True where a secret is referred to: nothing that stands here is shown. */
  readonly sensitive?: boolean;
}

/** A way through the configuration. */
export type ConfigPath = readonly PropertyKey[];

const node: z.ZodType<SchemaNode> = z.lazy(() =>
  z.object({
    type: z.string().exactOptional(),
    description: z.string().exactOptional(),
    default: z.unknown().exactOptional(),
    enum: z.array(z.unknown()).exactOptional(),
    minimum: z.number().exactOptional(),
    maximum: z.number().exactOptional(),
    minItems: z.number().exactOptional(),
    properties: z.record(z.string(), node).exactOptional(),
    required: z.array(z.string()).exactOptional(),
    items: node.exactOptional(),
    propertyNames: node.exactOptional(),
    additionalProperties: z.union([z.literal(false), node]).exactOptional(),
    allowed: z.string().exactOptional(),
    sensitive: z.boolean().exactOptional(),
  }),
);

/** The configuration's schema as data: what the example, the advice and the documentation are made from. */
export const configNode: SchemaNode = node.parse(z.toJSONSchema(configSchema, { io: 'input', reused: 'inline' }));

/** The nodes from the root to the end of the path, as far as the schema knows it. The root is the first. */
export function nodesAlong(path: ConfigPath): readonly SchemaNode[] {
  const nodes: SchemaNode[] = [configNode];
  for (const step of path) {
    const at = nodes.at(-1);
    const next =
      typeof step === 'number'
        ? at?.items
        : (at?.properties?.[String(step)] ?? (at?.additionalProperties || undefined));
    if (!next) break;
    nodes.push(next);
  }
  return nodes;
}

/** What may stand at a node, in words. */
export function allowedAt(at: SchemaNode): string {
  if (at.allowed !== undefined) return at.allowed;
  if (at.enum) return at.enum.join(' or ');
  if (at.type === 'integer' || at.type === 'number') return `a whole number from ${at.minimum} to ${at.maximum}`;
  if (at.type === 'boolean') return 'true or false';
  if (at.type === 'array') {
    const list = at.minItems ? 'a list with at least one item' : 'a list';
    return at.items && !at.items.properties ? `${list}, each ${allowedAt(at.items)}` : list;
  }
  if (at.properties) return `these keys: ${Object.keys(at.properties).join(', ')}`;
  if (at.type === 'object') return 'names, each with its own keys below';
  return 'text';
}
