/** One fact of a record's extended data. */
export interface Detail {
  readonly label: string;
  readonly value: string;
}

/** Extended data in words; what is not known stands there as hex. */
export function decodeExtendedData(_appId: number, _eventId: number, bytes: Uint8Array): readonly Detail[] {
  if (bytes.length === 0) return [];
  return [{ label: 'data', value: Buffer.from(bytes).toString('hex') }];
}
