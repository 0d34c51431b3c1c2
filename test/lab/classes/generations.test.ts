import { afterEach, expect, test } from '@jest/globals';
import { createFleet, type Fleet } from '../../../lab/fleet.ts';
import { personas } from '../../../lab/personas.ts';
import { logOn, soap, textOf } from '../wire.ts';

/** First generation with a class, after Intel's guide and class definitions. */
const since: Readonly<Record<string, number>> = {
  AMT_GeneralSettings: 0,
  AMT_WiFiPortConfigurationService: 4,
  AMT_AuditLog: 4,
  AMT_AlarmClockService: 5.1,
  AMT_PublicPrivateKeyPair: 0,
  IPS_OptInService: 6.2,
  IPS_AlarmClockOccurrence: 8,
  IPS_IEEE8021xSettings: 8,
  IPS_PowerManagementService: 10,
};

const enumerate = '<Enumerate xmlns="http://schemas.xmlsoap.org/ws/2004/09/enumeration"/>';

let fleet: Fleet | undefined;

afterEach(async () => {
  await fleet?.stop();
  fleet = undefined;
});

const release = (context: string) =>
  `<Release xmlns="http://schemas.xmlsoap.org/ws/2004/09/enumeration"><EnumerationContext>${context}</EnumerationContext></Release>`;

test.each(personas.map((persona) => [persona.name, persona] as const))(
  '%s has the classes of its time',
  async (name, persona) => {
    const address = '127.21.6.161';
    fleet = await createFleet({
      firstAddress: address,
      persona: name,
      powered: 'on',
      ports: { plain: 16_992, tls: 16_993 },
    });
    await fleet.start();
    const transport = persona.plainPort
      ? { port: 16_992 }
      : {
          port: 16_993,
          tls: { rejectUnauthorized: false, minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' } as const,
        };
    for (const [className, first] of Object.entries(since)) {
      const session = await logOn(address, transport);
      const { body } = await session.send(soap({ className, operation: 'Enumerate', body: enumerate }));
      const context = textOf(body, 'EnumerationContext');
      if (context !== undefined) await session.send(soap({ className, operation: 'Release', body: release(context) }));
      session.close();
      const refuses = persona.refusesEnumerate.includes(className);
      const whenKnown = refuses ? 'UnsupportedFeature' : 'EnumerateResponse';
      const expected = persona.generation < first ? 'DestinationUnreachable' : whenKnown;
      expect({ className, body }).toEqual({ className, body: expect.stringContaining(expected) });
    }
  },
);
