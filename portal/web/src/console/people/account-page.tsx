/** One's own account: the password, and other browsers that are signed in. */
import { useState } from 'preact/hooks';
import type { SessionAnswer } from '../../../../operate/answers.ts';
import { useConsole, useConsoleTexts, useDeed, useTexts } from '../context.ts';
import { Fault, Field, Form } from '../form.tsx';
import { Page } from '../page.tsx';
import { ConsoleError } from '../request.ts';
import { PEOPLE_TEXTS } from './people-texts.ts';

export function AccountPage() {
  const texts = useConsoleTexts();
  const { name, role } = useConsole();
  return (
    <Page title={texts.places.akun} isNarrow>
      <p>
        {name} <small>({texts.roles[role]})</small>
      </p>
      <PasswordForm />
      <OtherSessions />
    </Page>
  );
}

const EMPTY = { currentPassword: '', newPassword: '', repeated: '' };

function PasswordForm() {
  const common = useConsoleTexts();
  const texts = useTexts(PEOPLE_TEXTS);
  const { api, onSession } = useConsole();
  const { isBusy, fault, run } = useDeed();
  const [draft, setDraft] = useState(EMPTY);
  const [isDone, setDone] = useState(false);
  const put = (part: Partial<typeof EMPTY>) => {
    setDraft({ ...draft, ...part });
    setDone(false);
  };
  const change = async () => {
    const { currentPassword, newPassword, repeated } = draft;
    if (newPassword !== repeated) {
      throw new ConsoleError(0, { code: 'not-repeated', message: texts.notRepeated, field: 'repeated' });
    }
    onSession(await api.write<SessionAnswer>('PUT', 'session/password', { currentPassword, newPassword }));
    setDraft(EMPTY);
    setDone(true);
  };
  const field = { type: 'password', fault, isRequired: true } as const;
  return (
    <Form class="op-form card" onSubmit={() => run(change)}>
      <h2>{texts.changePassword}</h2>
      <Field
        {...field}
        label={texts.currentPassword}
        name="currentPassword"
        value={draft.currentPassword}
        autocomplete="current-password"
        onValue={(currentPassword) => put({ currentPassword })}
      />
      <Field
        {...field}
        label={texts.newPassword}
        name="newPassword"
        value={draft.newPassword}
        hint={common.passwordHint}
        autocomplete="new-password"
        onValue={(newPassword) => put({ newPassword })}
      />
      <Field
        {...field}
        label={texts.repeatPassword}
        name="repeated"
        value={draft.repeated}
        autocomplete="new-password"
        onValue={(repeated) => put({ repeated })}
      />
      {fault?.field === undefined && <Fault fault={fault} />}
      <p role="status" class="op-saved">
        {isDone && texts.passwordChanged}
      </p>
      <button type="submit" class="button op-main" disabled={isBusy || draft.currentPassword === ''}>
        {texts.changePassword}
      </button>
    </Form>
  );
}

function OtherSessions() {
  const texts = useTexts(PEOPLE_TEXTS);
  const { api, onSession } = useConsole();
  const { isBusy, fault, run } = useDeed();
  const [isDone, setDone] = useState(false);
  const signOut = async () => {
    onSession(await api.write<SessionAnswer>('DELETE', 'session/others'));
    setDone(true);
  };
  return (
    <section class="op-form card">
      <h2>{texts.otherSessions}</h2>
      <p class="rule">{texts.otherSessionsHint}</p>
      <Fault fault={fault} />
      <p role="status" class="op-saved">
        {isDone && texts.othersSignedOut}
      </p>
      <button type="button" class="button" disabled={isBusy} onClick={() => run(signOut)}>
        {texts.signOutOthers}
      </button>
    </section>
  );
}
