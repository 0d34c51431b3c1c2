/** Clocks may differ by 5 minutes where Kerberos is to work (RFC 4120, 1.6; MaxClockSkew of the domain policy). */
export const worstSkewSeconds = 300;

/** From here on it is worth a warning. */
export const bestSkewSeconds = 120;
