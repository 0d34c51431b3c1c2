import type { XmlElement } from '../../protocol/xml.ts';
import type { Arguments } from '../class-definition.ts';
import { numberArgument, textArgument } from '../class-definition.ts';

/** One wireless profile; its secret is checked and not kept. */
export interface WifiProfile {
  readonly name: string;
  readonly ssid: string;
  readonly priority: number;
  readonly authenticationMethod: number;
  readonly encryptionMethod: number;
  /** 802.1X settings of an enterprise profile. */
  readonly enterprise: { readonly protocol: number; readonly username: string } | undefined;
}

/** AuthenticationMethod: WPA and WPA2, with a shared key or 802.1X, and WPA3. `[class model]`, WPA3 `[guess]` */
const withSharedKey = [4, 6, 32_768];
const withIeee8021x = [5, 7, 32_769];
const lastProtocol = 10;

const membersOf = (element: XmlElement | undefined): Arguments =>
  Map.groupBy(element?.children ?? [], (child) => child.name);

/** The profile in a request; undefined when its parts do not fit together. */
export function readProfile(given: Arguments): WifiProfile | undefined {
  const settings = membersOf(given.get('WiFiEndpointSettingsInput')?.[0]);
  const enterpriseElement = given.get('IEEE8021xSettingsInput')?.[0];
  const name = textArgument(settings, 'ElementName') ?? '';
  const ssid = textArgument(settings, 'SSID') ?? '';
  const passPhrase = textArgument(settings, 'PSKPassPhrase');
  const authenticationMethod = numberArgument(settings, 'AuthenticationMethod');
  const encryptionMethod = numberArgument(settings, 'EncryptionMethod');
  const hasKey = passPhrase !== undefined || settings.has('PSKValue');
  const fits =
    (withSharedKey.includes(authenticationMethod) && hasKey && !enterpriseElement) ||
    (withIeee8021x.includes(authenticationMethod) && !hasKey && enterpriseElement !== undefined);
  // TKIP and CCMP: WEP is not taken. [guide]
  if (!fits || (encryptionMethod !== 3 && encryptionMethod !== 4)) return undefined;
  if (name === '' || name.length > 32 || Buffer.byteLength(ssid) > 32) return undefined;
  if (passPhrase !== undefined && !/^[\x20-\x7e]{8,63}$/.test(passPhrase)) return undefined;
  const members = membersOf(enterpriseElement);
  const protocol = numberArgument(members, 'AuthenticationProtocol');
  if (enterpriseElement && !(protocol <= lastProtocol)) return undefined;
  return {
    name,
    ssid,
    priority: numberArgument(settings, 'Priority'),
    authenticationMethod,
    encryptionMethod,
    enterprise: enterpriseElement && { protocol, username: textArgument(members, 'Username') ?? '' },
  };
}
