import { z } from 'zod';
import type { OperationName } from '../../../operations/operation.ts';
import { type Risk, risks } from '../../../policy/risk.ts';

const risk = <const R extends Risk>(usual: NoInfer<R>, levels: readonly R[], what: string) =>
  z
    .strictObject({ risk: z.enum(levels).default(usual).describe('Its risk.') })
    .prefault({})
    .describe(what);

const looks = (what: string) => risk('read', risks, what);
const acting = ['act', 'confirm', 'peer', 'two-peers'] as const;
const acts = (what: string) => risk('act', acting, what);
const confirms = (what: string) => risk('confirm', acting, what);
const needsTwoPeers = (what: string) => risk('two-peers', acting, what);
const needsPeer = (what: string) => risk('peer', acting, what);
/** What an auditor relies on is never taken away by one person. */
const needsPeerAlways = (what: string) => risk('peer', ['peer', 'two-peers'], what);

/** The risk of each operation. */
export const operationsSchema = z
  .strictObject({
    'read-status': looks('Ask a device for its state.'),
    diagnose: looks('Find out why a device did not wake.'),
    verify: looks('Check what managing a device rests on.'),
    discover: acts('Look for AMT in a range of addresses, or at devices of the inventory.'),
    'power-on': acts('Turn a device on.'),
    'power-off': needsPeer('Turn a device off at once; unsaved work on it is lost.'),
    'shut-down': needsPeer('Ask the operating system to shut down.'),
    'power-cycle': needsPeer('Turn a device off and on at once; unsaved work on it is lost.'),
    reset: needsPeer('Restart a device at once; unsaved work on it is lost.'),
    boot: needsPeer('Restart a device from the network, disk, CD or into the BIOS; unsaved work on it is lost.'),
    'read-events': looks('Read the platform event log.'),
    'read-inventory': looks('Read the hardware inventory.'),
    'pull-audit-log': looks('Read the audit log and keep it.'),
    'export-audit-log': looks('Read the audit log, keep it, and hand it over as a file; then it may be cleared.'),
    'enable-audit-log': acts('Switch the audit log on.'),
    'disable-audit-log': needsPeerAlways('Switch the audit log off.'),
    'clear-audit-log': needsPeerAlways('Clear an audit log that was exported.'),
    'read-audit-policy': looks('Read which events are logged.'),
    'set-audit-policy': acts('Have groups of events logged.'),
    'sync-time': acts("Set a device's clock."),
    'read-alarms': looks('List the alarms of a device.'),
    'set-alarm': acts('Have a device turn itself on at a time.'),
    'clear-alarm': acts('Take an alarm from a device.'),
    'read-accounts': looks('List the accounts of a device.'),
    'apply-accounts': acts('Give a device the accounts of its profile.'),
    'prune-accounts': needsPeer('The same, and remove accounts that no profile names.'),
    'read-settings': looks('Read the settings of a device.'),
    'diff-settings': looks('Compare a device with its profile.'),
    'apply-settings': acts('Make a device as its profile says.'),
    provision: needsPeer('Take a PC into management: account, certificate, directory object, settings.'),
    update: confirms('Push the whole profile to provisioned PCs.'),
    'renew-certificates': confirms('Renew the certificates of provisioned PCs.'),
    'rotate-passwords': confirms('Give provisioned PCs new passwords and keys.'),
    unprovision: needsTwoPeers('Take PCs out of management; what the next set-up needs stays in them.'),
    'unprovision-fully': needsTwoPeers('Take PCs out of management, back to factory settings.'),
  } satisfies Record<OperationName, z.ZodType>)
  .prefault({})
  .describe(
    'Risk of each operation. read: looks only. act: done at once. confirm: the requester is asked once more. peer: another person must approve. two-peers: two others must.',
  );
