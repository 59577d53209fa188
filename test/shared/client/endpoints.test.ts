import { describe, expect, it } from 'vitest';
import { endpointFor } from '../../../shared/client/endpoints.js';
import { InvalidSettingError, MissingSettingError } from '../../../shared/client/errors.js';

describe('endpointFor', () => {
  it.each(['ces', 'ief', 'roma', 'iam', 'iotda', 'functiongraph'] as const)(
    'makes the host of %s from the region',
    (service) => {
      expect(endpointFor(service, { region: 'cn-north-4' }).href).toBe(
        `https://${service}.cn-north-4.myhuaweicloud.com/`,
      );
    },
  );

  it.each([
    ['https://ces.example.com', 'https://ces.example.com/'],
    ['https://ces.example.com/', 'https://ces.example.com/'],
    [' https://ces.example.com\n', 'https://ces.example.com/'],
    ['https://ces.example.com/gate/way/', 'https://ces.example.com/gate/way'],
    ['https://ces.example.com:443/gate', 'https://ces.example.com/gate'],
    ['https://ces.example.com:8443', 'https://ces.example.com:8443/'],
    ['http://localhost:3001', 'http://localhost:3001/'],
    ['http://127.0.0.1:3001', 'http://127.0.0.1:3001/'],
    ['http://[::1]:3001/x', 'http://[::1]:3001/x'],
    ['https://[2001:db8::1]', 'https://[2001:db8::1]/'],
  ])('takes the override %j before the region', (override, href) => {
    expect(endpointFor('ces', { override, region: 'cn-north-4' }).href).toBe(href);
  });

  it.each(['', '  ', undefined])('takes the region where the override is %j', (override) => {
    expect(endpointFor('ces', { override, region: 'la-south-2' }).host).toBe('ces.la-south-2.myhuaweicloud.com');
  });

  it('names both settings where neither is there', () => {
    const act = () => endpointFor('roma', {});

    expect(act).toThrow(MissingSettingError);
    expect(act).toThrow(/HUAWEICLOUD_REGION is missing.*ROMA_ENDPOINT/);
  });

  it.each(['CN-NORTH-4', 'cn north', 'evil.com/', 'cn-', '-cn', 'a.b'])('refuses the region %j', (region) => {
    const act = () => endpointFor('ces', { region });

    expect(act).toThrow(InvalidSettingError);
    expect(act).toThrow(/HUAWEICLOUD_REGION/);
  });

  it.each([
    ['http://ces.example.com', /https/],
    ['http://127.0.0.1.example.com', /https/],
    ['ces.example.com', /absolute/],
    ['ftp://ces.example.com', /absolute/],
    ['https://user:secret@ces.example.com', /user name/],
    ['https://ces.example.com/?a=1', /query/],
    ['https://ces.example.com/?', /query/],
    ['https://ces.example.com/#a', /fragment/],
    ['https://ces.example.com/a/../b', /segment/],
    ['https://ces.example.com//b', /segment/],
    ['https://ces.example.com/a b', /space/],
    ['https://1.2.3.4.5', /not a URL|Invalid URL/],
  ])('refuses the override %s and names the setting, not the value', (override, message) => {
    const act = () => endpointFor('ces', { override });

    expect(act).toThrow(InvalidSettingError);
    expect(act).toThrow(message);
    expect(act).toThrow(/^Setting CES_ENDPOINT cannot be used/);
    expect(act).not.toThrow(/secret|example\.com/);
  });
});
