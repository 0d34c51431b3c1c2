/** TLS protocol versions as node:tls spells them. */
type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/** One firmware generation: everything in which AMT devices differ by version and not by configuration. */
export interface Persona {
  /** Name used by `--persona` and in the control interface. */
  readonly name: string;
  /** Firmware version as CIM_SoftwareIdentity and Identify give it, e.g. `15.0.23`. */
  readonly version: string;
  /** Generation as a number: 6.2, 16.1. */
  readonly generation: number;
  /** Build number: the last part of the HTTP Server header. */
  readonly build: string;
  readonly tlsMin: TlsVersion;
  readonly tlsMax: TlsVersion;
  /** False from CSME 16.1 on: the remote plain ports are gone. */
  readonly plainPort: boolean;
  /** The qop parameter of the challenge, letter by letter. */
  readonly qop: 'auth' | 'auth-int, auth';
  /** Sleep and hibernate are refused by the firmware itself. */
  readonly refusesSleep: boolean;
  /** Seconds that the clock of such an old device is ahead. */
  readonly clockAheadSeconds: number;
  /** Classes whose Enumerate this firmware answers with HTTP 400 although Get works. */
  readonly refusesEnumerate: readonly string[];
}

/**
 * TLS versions: Intel AMT release notes (below 12: 1.0 and 1.1; 12 adds 1.2 and drops 1.0; 15/16 drop 1.1; CSME 16.1
 * drops the remote plain ports) `[guide]`; TLS 1.3 on 19 and the drift of the oldest clocks `[guess]`. qop: HTTP captures of the rps project (AMT 15:
 * `auth` `[capture]`), device-management-toolkit/rps issue 779 (16.1: `auth-int, auth`); which of the others has
 * which `[guess]`. Enumerate refused by AMT 10, sleep refused on 16.1.30 and 19.0.5: hardware notes of the Ansible
 * collection james-crowley/intel_amt. Which classes a generation lacks is told by each class (`since`).
 */
export const personas: readonly Persona[] = [
  persona('amt-3.2', '3.2.20', '1085', 'TLSv1', 'TLSv1', { clockAheadSeconds: 47 }),
  persona('amt-6.2', '6.2.61', '3535', 'TLSv1', 'TLSv1', { clockAheadSeconds: -12 }),
  persona('amt-9.1', '9.1.42', '3002', 'TLSv1', 'TLSv1.1', {}),
  persona('amt-10.0', '10.0.60', '3000', 'TLSv1', 'TLSv1.1', {
    refusesEnumerate: [
      'AMT_EthernetPortSettings',
      'AMT_GeneralSettings',
      'AMT_BootCapabilities',
      'AMT_BootSettingData',
      'AMT_TLSSettingData',
    ],
  }),
  persona('amt-11.8', '11.8.92', '4222', 'TLSv1', 'TLSv1.1', {}),
  persona('amt-12.0', '12.0.67', '1579', 'TLSv1.1', 'TLSv1.2', {}),
  persona('amt-14.1', '14.1.67', '2046', 'TLSv1.1', 'TLSv1.2', { qop: 'auth-int, auth' }),
  persona('amt-15.0', '15.0.23', '1706', 'TLSv1.2', 'TLSv1.2', {}),
  persona('amt-16.0', '16.0.15', '1735', 'TLSv1.2', 'TLSv1.2', { qop: 'auth-int, auth' }),
  persona('amt-16.1', '16.1.30', '2307', 'TLSv1.2', 'TLSv1.2', {
    qop: 'auth-int, auth',
    plainPort: false,
    refusesSleep: true,
  }),
  persona('amt-18.0', '18.0.10', '2285', 'TLSv1.2', 'TLSv1.2', { qop: 'auth-int, auth', plainPort: false }),
  persona('amt-19.0', '19.0.5', '1747', 'TLSv1.2', 'TLSv1.3', {
    qop: 'auth-int, auth',
    plainPort: false,
    refusesSleep: true,
  }),
];

function persona(
  name: string,
  version: string,
  build: string,
  tlsMin: TlsVersion,
  tlsMax: TlsVersion,
  rest: Partial<Persona>,
): Persona {
  return {
    name,
    version,
    generation: Number(version.split('.', 2).join('.')),
    build,
    tlsMin,
    tlsMax,
    plainPort: true,
    qop: 'auth',
    refusesSleep: false,
    clockAheadSeconds: 0,
    refusesEnumerate: [],
    ...rest,
  };
}

/** Generations of `mixed`, in the proportion of their entries; device n gets entry n modulo the length. */
const mixture = ['amt-15.0', 'amt-16.1', 'amt-12.0', 'amt-16.0', 'amt-18.0', 'amt-15.0', 'amt-14.1', 'amt-19.0'];

/**
 * The persona of one device.
 *
 * @param wanted name of a persona, several with commas between them (device n gets entry n modulo their number), or `mixed` for the
 * generations that speak TLS 1.2
 * @param index the device's place in the fleet, from 0
 * @throws RangeError with the known names when there is no such persona
 */
export function personaFor(wanted: string, index: number): Persona {
  const names = wanted === 'mixed' ? mixture : wanted.split(',');
  const name = names[index % names.length];
  const found = personas.find((one) => one.name === name);
  if (!found) throw new RangeError(`No persona ${name}. Known: mixed, ${personas.map((p) => p.name).join(', ')}`);
  return found;
}
