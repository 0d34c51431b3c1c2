/** One branch of firmware in which a flaw was mended: versions from `from` on and below `fixed` have it. */
interface Branch {
  readonly from: string;
  readonly fixed: string;
}

/** A public advisory about the firmware. */
export interface Advisory {
  readonly id: string;
  readonly cve: string;
  /** What it lets somebody do, in a few words. */
  readonly what: string;
  readonly gravity: 'critical' | 'high';
  readonly branches: readonly Branch[];
  /** From this build number (the fourth part of a version) on any version of it is mended. */
  readonly mendedBuild?: number;
}

const branch = (from: string, fixed: string): Branch => ({ from, fixed });

/**
 * Advisories about AMT that let a stranger in over the network, from Intel's Product Security Center (intel.com/sa). Versions are those of
 * the advisories' tables.
 * - INTEL-SA-00075: 6.x to 11.6; Intel's detection guide: build numbers from 3000 on are mended.
 * - INTEL-SA-00295, INTEL-SA-00404: "before versions" of the advisory; 13.0 has its place in the first one alone.
 * Later advisories are about attackers on the PC itself, and are not listed.
 */
export const advisories: readonly Advisory[] = [
  {
    id: 'INTEL-SA-00075',
    cve: 'CVE-2017-5689',
    what: 'anybody on the network is let in without a password',
    gravity: 'critical',
    mendedBuild: 3_000,
    branches: [
      branch('6.0', '6.2.61'),
      branch('7.0', '7.1.91'),
      branch('8.0', '8.1.71'),
      branch('9.0', '9.1.41'),
      branch('9.5', '9.5.61'),
      branch('10.0', '10.0.55'),
      branch('11.0', '11.0.25'),
      branch('11.5', '11.6.27'),
    ],
  },
  {
    id: 'INTEL-SA-00295',
    cve: 'CVE-2020-0594',
    what: 'somebody on the network may gain control by IPv6',
    gravity: 'critical',
    branches: [
      branch('11.0', '11.8.77'),
      branch('11.10', '11.11.77'),
      branch('11.20', '11.22.77'),
      branch('12.0', '12.0.64'),
      branch('13.0', '13.0.32'),
      branch('14.0', '14.0.33'),
    ],
  },
  {
    id: 'INTEL-SA-00404',
    cve: 'CVE-2020-8758',
    what: 'somebody on the network may gain control',
    gravity: 'critical',
    branches: [
      branch('11.0', '11.8.79'),
      branch('11.10', '11.12.79'),
      branch('11.20', '11.22.79'),
      branch('12.0', '12.0.68'),
      branch('14.0', '14.0.39'),
    ],
  },
];

const parts = (version: string) => version.split('.').map(Number);

/** Negative when the version `left` is older than `right`, by their first three parts; missing parts count as 0. Pure. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [parts(left), parts(right)];
  for (let at = 0; at < 3; at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * The branch of an advisory that a version belongs to: the last that begins at or before it, in the same generation.
 */
function branchOf({ branches }: Advisory, version: string): Branch | null {
  return (
    branches.findLast(({ from }) => parts(from)[0] === parts(version)[0] && compareVersions(from, version) <= 0) ?? null
  );
}

/** Advisories that a version (`11.0.18`, `11.0.18.3003`) is affected by. Null when it is no version. Pure. */
export function advisoriesFor(version: string): readonly Advisory[] | null {
  if (!/^\d+\.\d+(?:\.\d+){1,2}$/.test(version)) return null;
  const build = parts(version)[3] ?? null;
  return advisories.filter((advisory) => {
    const own = branchOf(advisory, version);
    if (own === null || compareVersions(version, own.fixed) >= 0) return false;
    return !(advisory.mendedBuild !== undefined && build !== null && build >= advisory.mendedBuild);
  });
}
