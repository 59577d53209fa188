/** Where a region's clock stands. The platform says only "the region's time zone"; the zones below follow the regions' cities. */
const zones: Readonly<Record<string, string>> = {
  'ap-southeast-1': 'Asia/Hong_Kong',
  'ap-southeast-2': 'Asia/Bangkok',
  'ap-southeast-3': 'Asia/Singapore',
  'ap-southeast-4': 'Asia/Jakarta',
  'ap-southeast-5': 'Asia/Manila',
  'my-kualalumpur-1': 'Asia/Kuala_Lumpur',
  'me-east-1': 'Asia/Riyadh',
  'tr-west-1': 'Europe/Istanbul',
  'eu-west-0': 'Europe/Paris',
  'eu-west-101': 'Europe/Dublin',
  'eu-de': 'Europe/Berlin',
  'ru-northwest-2': 'Europe/Moscow',
  'af-south-1': 'Africa/Johannesburg',
  'af-north-1': 'Africa/Cairo',
  'la-south-2': 'America/Santiago',
  'la-north-2': 'America/Mexico_City',
  'na-mexico-1': 'America/Mexico_City',
  'sa-brazil-1': 'America/Sao_Paulo',
  'sa-argentina-1': 'America/Argentina/Buenos_Aires',
  'sa-peru-1': 'America/Lima',
  'sa-chile-1': 'America/Santiago',
};

/** The IANA time zone of a region id; every mainland region keeps Beijing time, an unknown region UTC. */
export function zoneOfRegion(region: string): string {
  return zones[region] ?? (region.startsWith('cn-') ? 'Asia/Shanghai' : 'UTC');
}

/** True where this machine knows the time zone. */
export function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}

/** An instant as RFC 3339 text with the offset of a zone, to the second: `2026-11-21T10:15:00+08:00` (timer event page). */
export function rfc3339(instant: Date, zone: string): string {
  const offset = offsetOf(instant, zone);
  const sign = offset.startsWith('-') ? -1 : 1;
  const [hours = '0', minutes = '0'] = offset.slice(1).split(':');
  const shifted = new Date(instant.getTime() + sign * (Number(hours) * 60 + Number(minutes)) * 60_000);
  return `${shifted.toISOString().slice(0, 19)}${offset}`;
}

/** `+08:00`; the formatter writes plain `GMT` for no offset at all. */
function offsetOf(instant: Date, zone: string): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(instant);
  const name = parts.find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
  return name === 'GMT' ? '+00:00' : name.slice('GMT'.length);
}
