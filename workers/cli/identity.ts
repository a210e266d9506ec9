/** `pantau user …` and `pantau token …`: people and programs of the portal, straight on its store. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  ROLES,
  type Role,
  TOKEN_SCOPES,
  type TokenScope,
  type UserRecord,
} from '../../portal/identity/identity-store.ts';
import { hashPassword, passwordFault } from '../../portal/identity/password.ts';
import { newToken } from '../../portal/identity/token.ts';
import { askPassword } from './ask-password.ts';
import { commandActor, noteDeed, withIdentities } from './audit.ts';
import { formatTable, say } from './output.ts';

const EXAMPLES = `
Examples:
  pantau user add sari --role operator          asks for the password, without showing it
  pantau user password sari < kata-sandi.txt    or reads it from a file
  pantau token add satudata --scope read --days 365`;

export function addIdentity(program: Command): void {
  addUser(program);
  addToken(program);
}

function addUser(program: Command): void {
  const user = program
    .command('user')
    .description('orang yang boleh masuk / people who may sign in')
    .addHelpText('after', EXAMPLES);
  user
    .command('add')
    .description('tambah orang / add a person')
    .argument('<name>', 'sign-in name: a-z, 0-9, dot, dash, underscore')
    .addOption(new Option('--role <role>', 'what they may do').choices([...ROLES]).default('operator'))
    .action((name: string, { role }: { role: Role }) => addPerson(name, role));
  user
    .command('list')
    .description('daftar orang / list people')
    .option('--json', 'for machines')
    .action(listPeople);
  user
    .command('password')
    .description('ganti kata sandi, akhiri semua sesi / set a password, end all sessions')
    .argument('<name>')
    .action((name: string) =>
      withPerson(name, 'user.put', 'password', async (known) => ({
        ...known,
        passwordHash: await newPasswordHash(),
      })),
    );
  for (const [verb, isDisabled, text] of [
    ['disable', true, 'larang masuk, akhiri semua sesi / lock out, end all sessions'],
    ['enable', false, 'izinkan lagi / let in again'],
  ] as const) {
    user
      .command(verb)
      .description(text)
      .argument('<name>')
      .action((name: string) =>
        withPerson(name, 'user.put', `disabled: ${isDisabled}`, async (known) => ({ ...known, isDisabled })),
      );
  }
}

function addToken(program: Command): void {
  const token = program
    .command('token')
    .description('kunci untuk program / keys of programs')
    .addHelpText('after', EXAMPLES);
  token
    .command('add')
    .description('buat kunci; hanya ditampilkan sekali / make a key; it is shown once')
    .argument('<label>', 'what it is for')
    .addOption(
      new Option('--scope <scope>', 'what it may do').choices([...TOKEN_SCOPES]).makeOptionMandatory(),
    )
    .option('--days <n>', 'ends after so many days; without it never', parseDays)
    .action(addKey);
  token
    .command('list')
    .description('daftar kunci / list keys')
    .option('--json', 'for machines')
    .action(listKeys);
  token
    .command('revoke')
    .description('cabut kunci / revoke a key')
    .argument('<id>', 'as `pantau token list` shows it')
    .action(revokeKey);
}

function parseDays(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1 && days <= 36_500) return days;
  throw new InvalidArgumentError('expected a whole number of days from 1 to 36500.');
}

async function addPerson(given: string, role: Role): Promise<void> {
  const name = given.toLowerCase();
  if (!/^[a-z0-9][a-z0-9._-]{0,63}$/.test(name)) {
    throw refused(
      `name: found ${JSON.stringify(given)}; allowed are a-z, 0-9, dot, dash, underscore, at most 64`,
    );
  }
  await withIdentities(async (store) => {
    if ((await store.user(name)) !== undefined) throw refused(`there is a user "${name}" already`);
    const passwordHash = await newPasswordHash();
    await store.putUser({ name, role, passwordHash, isDisabled: false, createdAtMs: Date.now() });
    await noteDeed(store, 'user.add', name, role);
  });
  say(`${name}: ditambahkan / added (${role})`);
}

async function withPerson(
  name: string,
  action: string,
  detail: string,
  change: (known: UserRecord) => Promise<UserRecord>,
): Promise<void> {
  await withIdentities(async (store) => {
    const known = await store.user(name.toLowerCase());
    if (known === undefined) {
      const names = (await store.users()).map((user) => user.name).join(', ');
      throw refused(`no user "${name}"; known: ${names === '' ? 'none yet' : names}`);
    }
    await store.putUser(await change(known));
    await store.deleteSessionsOf(known.name);
    await noteDeed(store, action, known.name, detail);
  });
  say(`${name}: ${detail}`);
}

async function newPasswordHash(): Promise<string> {
  const password = await askPassword('Kata sandi / password');
  const fault = passwordFault(password);
  if (fault !== undefined) throw refused(`password: ${fault}`);
  return await hashPassword(password);
}

async function listPeople({ json }: { json?: boolean }): Promise<void> {
  const users = await withIdentities((store) => store.users());
  const shown = users.map(({ name, role, isDisabled, createdAtMs }) => ({
    ...{ name, role, disabled: isDisabled, createdAt: new Date(createdAtMs).toISOString() },
  }));
  if (json === true) return say(JSON.stringify(shown, null, 2));
  if (shown.length === 0) return say('(belum ada orang / nobody yet: pantau user add --help)');
  const rows = shown.map((user) => [
    user.name,
    user.role,
    user.disabled ? 'tidak/no' : 'ya/yes',
    user.createdAt,
  ]);
  say(formatTable(['nama/name', 'peran/role', 'boleh masuk/may sign in', 'sejak/since'], rows));
}

async function addKey(label: string, { scope, days }: { scope: TokenScope; days?: number }): Promise<void> {
  const { id, secretHash, text } = newToken();
  const nowMs = Date.now();
  await withIdentities(async (store) => {
    await store.addToken({
      ...{ id, secretHash, label, scope, createdBy: commandActor(), createdAtMs: nowMs },
      ...(days === undefined ? {} : { expiresAtMs: nowMs + days * 86_400_000 }),
    });
    await noteDeed(store, 'token.add', id, `${scope}: ${label}`);
  });
  say(text);
}

async function listKeys({ json }: { json?: boolean }): Promise<void> {
  const tokens = await withIdentities((store) => store.tokens());
  const instant = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());
  const shown = tokens.map((token) => ({
    ...{ id: token.id, label: token.label, scope: token.scope, createdBy: token.createdBy },
    ...{ createdAt: instant(token.createdAtMs), expiresAt: instant(token.expiresAtMs) },
    ...{ lastUsedAt: instant(token.usedAtMs), revokedAt: instant(token.revokedAtMs) },
  }));
  if (json === true) return say(JSON.stringify(shown, null, 2));
  if (shown.length === 0) return say('(belum ada kunci / no key yet: pantau token add --help)');
  const rows = shown.map((token) => [
    ...[token.id, token.label, token.scope, token.expiresAt, token.lastUsedAt, token.revokedAt],
  ]);
  const head = ['id', 'label', 'scope', 'sampai/until', 'terakhir/last used', 'dicabut/revoked'];
  say(formatTable(head, rows));
}

async function revokeKey(id: string): Promise<void> {
  await withIdentities(async (store) => {
    if (!(await store.revokeToken(id, Date.now())))
      throw refused(`no token "${id}"; pantau token list shows them`);
    await noteDeed(store, 'token.revoke', id);
  });
  say(`${id}: dicabut / revoked`);
}

function refused(message: string): InvalidArgumentError {
  return new InvalidArgumentError(message);
}
