import { describe, expect, it } from 'vitest';
import { answerChallenge, credentialsOf } from '../../../pipelines/adapters/decode/access-auth.ts';

const credentials = { user: 'Mufasa', password: 'Circle of Life' };
const request = { method: 'GET', uri: '/dir/index.html' };

describe('answerChallenge', () => {
  it('answers Basic', () => {
    expect(answerChallenge(['Basic realm="x"'], credentials, request)).toBe(
      'Basic TXVmYXNhOkNpcmNsZSBvZiBMaWZl',
    );
  });

  it('answers Digest without qop as RFC 2069 does', () => {
    // MD5(MD5("Mufasa:testrealm@host.com:Circle of Life"):nonce:MD5("GET:/dir/index.html")), by md5sum
    const answer = answerChallenge(
      ['Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc"'],
      { user: 'Mufasa', password: 'CircleOfLife' },
      request,
    );
    expect(answer).toContain('response="1949323746fe6a43ef61f9606e7febea"');
    expect(answer).toContain('opaque="5ccc"');
  });

  it.each([
    [
      'SHA-256 before MD5',
      ['Digest realm="a", nonce="b"', 'Digest realm="a", nonce="b", algorithm=SHA-256'],
      'SHA-256',
    ],
    ['Digest before Basic', ['Basic realm="a"', 'Digest realm="a", nonce="b", algorithm=MD5'], 'MD5'],
    [
      'an unknown algorithm is left for a known one',
      ['Digest realm="a", nonce="b", algorithm=X', 'Basic realm="a"'],
      'Basic',
    ],
  ])('prefers %s', (_name, challenges, expected) => {
    expect(answerChallenge(challenges, credentials, request)).toContain(expected);
  });

  it('answers qop with a counter and a nonce of its own', () => {
    const answer = answerChallenge(
      ['Digest realm="a", nonce="b", qop="auth,auth-int"'],
      credentials,
      request,
    );
    expect(answer).toMatch(/qop=auth, nc=00000001, cnonce="[0-9a-f]{16}"/);
  });

  it('does not answer what it does not know', () => {
    expect(answerChallenge(['Bearer'], credentials, request)).toBeUndefined();
    expect(answerChallenge([], credentials, request)).toBeUndefined();
  });

  it('keeps a quote in the user name inside its quotes', () => {
    const answer = answerChallenge(['Digest realm="a", nonce="b"'], { user: 'a"b', password: 'c' }, request);
    expect(answer).toContain('username="a\\"b"');
  });
});

describe('credentialsOf', () => {
  it.each([
    ['rtsp://a:b@h/', { user: 'a', password: 'b' }],
    ['rtsp://a:p%40ss%3A@h/', { user: 'a', password: 'p@ss:' }],
    ['rtsp://a:100%@h/', { user: 'a', password: '100%' }],
    ['rtsp://a@h/', { user: 'a', password: '' }],
    ['rtsp://h/', undefined],
  ])('%s', (url, expected) => {
    expect(credentialsOf(new URL(url))).toEqual(expected);
  });
});
