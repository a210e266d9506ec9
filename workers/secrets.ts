/** The installation's key: seals camera URLs at rest and derives the token with which workers publish. */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AnalysisError } from '../pipelines/errors.ts';
import { makeFolder } from './make-folder.ts';

const IV_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 'v1';

/** What can be done with the installation's key; the key itself stays inside. */
export interface Secrets {
  /** AES-256-GCM; `context` (a camera id) is authenticated, so that a sealed URL can't be moved to another camera. */
  seal(plain: string, context: string): string;
  /** @throws AnalysisError `config-invalid` when the key or the text is not the right one. */
  open(sealed: string, context: string): string;
  /** Bearer token for publishing, derived from the key: whoever holds the key is a worker. */
  readonly publishToken: string;
}

/** Uses `key` (64 hex digits) when given, else the key file, which is made with mode 0600 at first start. */
export function loadSecrets(options: { key?: string | undefined; keyFile: string }): Secrets {
  const key =
    options.key === undefined ? readOrMakeKeyFile(options.keyFile) : Buffer.from(options.key, 'hex');
  return {
    seal: (plain, context) => seal(key, plain, context),
    open: (sealed, context) => open(key, sealed, context),
    publishToken: createHmac('sha256', key).update('pantau publish v1').digest('hex'),
  };
}

function readOrMakeKeyFile(keyFile: string): Buffer {
  if (!existsSync(keyFile)) {
    makeFolder(path.dirname(keyFile));
    try {
      // `wx`: of two processes that start together, one makes the key and both read it.
      writeFileSync(keyFile, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  // Read first: a folder named by mistake fails here and keeps its mode.
  const text = readFileSync(keyFile, 'utf8').trim();
  if ((statSync(keyFile).mode & 0o077) !== 0) chmodSync(keyFile, 0o600);
  if (!/^[0-9a-f]{64}$/i.test(text)) {
    throw new AnalysisError(
      'config-invalid',
      'load-key',
      `${keyFile}: expected 64 hex digits, found ${text.length} characters`,
    );
  }
  return Buffer.from(text, 'hex');
}

function seal(key: Buffer, plain: string, context: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(context));
  const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
  return `${VERSION}.${Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64url')}`;
}

function open(key: Buffer, sealed: string, context: string): string {
  const [version, payload] = sealed.split('.');
  const bytes = Buffer.from(payload ?? '', 'base64url');
  try {
    if (version !== VERSION || bytes.length < IV_BYTES + TAG_BYTES) throw new Error('not a sealed text');
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES)).setAAD(
      Buffer.from(context),
    );
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]).toString(
      'utf8',
    );
  } catch (cause) {
    throw new AnalysisError(
      'config-invalid',
      'open-credentials',
      `the address of camera ${context} was sealed with another key; give this installation's key (PANTAU_KEY or PANTAU_KEY_FILE) or add the camera again`,
      { cause },
    );
  }
}
