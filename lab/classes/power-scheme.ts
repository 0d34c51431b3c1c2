import type { ClassDefinition } from './class-definition.ts';

/** Schemes of a mobile PC as recorded. `[capture]` */
const schemes = [
  ['Mobile: ON in S0', 'SCHEME 0', 'djmXEQtWUEOIcJgS85G1YA=='],
  ['Mobile: ON in S0, ME Wake in S3, S4-5 (AC only)', 'SCHEME 1', 'MIAN7gnAeEOvKHhootu+Og=='],
] as const;

/**
 * Whether the management engine runs while the PC sleeps. SetPowerScheme has no input: the selectors name the
 * scheme; that an unknown one is answered 36 (INVALID_PARAMETER) is a `[guess]`. The choice has no effect in the lab
 * yet.
 */
export const systemPowerScheme: ClassDefinition = {
  name: 'AMT_SystemPowerScheme',
  keys: ['InstanceID', 'SchemeGUID'],
  hasDatetime: false,
  read: () =>
    schemes.map(([description, instanceId, guid]) => ({
      properties: [
        ['Description', description],
        ['ElementName', 'Intel(r) AMT Power Scheme'],
        ['InstanceID', instanceId],
        ['SchemeGUID', guid],
      ],
    })),
  methods: {
    SetPowerScheme: {
      arguments: [],
      invoke: (_context, _given, selectors) =>
        schemes.some(([, , guid]) => guid === selectors.get('SchemeGUID')) ? 0 : 36,
    },
  },
};
