import { describe, expect, it } from 'vitest';
import { redact } from '../../../pipelines/adapters/decode/redact.ts';

describe('redact', () => {
  const rows: [name: string, text: string, secrets: string[], clean: string][] = [
    [
      'rtsp user and password',
      'rtsp://admin:s3cret@10.0.0.1:554/h264: 401',
      [],
      'rtsp://***@10.0.0.1:554/h264: 401',
    ],
    ['password with an unescaped @', 'rtsp://u:p@ss@cam/1', [], 'rtsp://***@cam/1'],
    ['password with / and :', "Opening 'http://u:a/b:c@cam/1'", [], "Opening 'http://***@cam/1'"],
    ['percent-encoded', 'https://u:p%40ss@cam/', [], 'https://***@cam/'],
    ['user without password', 'rtsps://admin@cam/', [], 'rtsps://***@cam/'],
    ['upper case scheme', 'RTSP://A:B@cam', [], 'RTSP://***@cam'],
    ['two URLs in a line', 'http://a:b@x/ then rtsp://c:d@y/', [], 'http://***@x/ then rtsp://***@y/'],
    ['query parameters', 'GET /snap?user=bob&pwd=x1y2&ch=1', [], 'GET /snap?user=***&pwd=***&ch=1'],
    ['a < in a password and in a value', 'rtsp://u:p<w@cam/?pwd=a<b&n=1', [], 'rtsp://***@cam/?pwd=***&n=1'],
    ['a token by a longer name', 'GET /live?access_token=abc&n=1', [], 'GET /live?access_token=***&n=1'],
    ['an @ in a path: too much is hidden, never too little', 'http://host/2@x.png', [], 'http://***@x.png'],
    ['a mail address', 'mail a@b.c', [], 'mail a@b.c'],
    ['token', 'http://cam/hls.m3u8?token=abc.def', [], 'http://cam/hls.m3u8?token=***'],
    ['authorization header', 'Authorization: Basic dTpw\r\nCSeq: 2', [], 'Authorization: ***\r\nCSeq: 2'],
    [
      'literal secret anywhere',
      'realm says hunter22 twice: hunter22',
      ['hunter22'],
      'realm says *** twice: ***',
    ],
    ['literal secret, encoded', 'x=p%40ss%2Fword', ['p@ss/word'], 'x=***'],
    ['short literal is left to the patterns', 'the admin of ad', ['ad'], 'the admin of ad'],
    ['nothing to hide', 'frame= 12 fps=25 rtsp://10.0.0.1/live', [], 'frame= 12 fps=25 rtsp://10.0.0.1/live'],
  ];
  it.each(rows)('%s', (_name, text, secrets, clean) => {
    expect(redact(text, secrets)).toBe(clean);
  });
});
