/** Signing in, and the page of the one-time link. */
import { useState } from 'preact/hooks';
import type { Session } from '../answers.ts';
import { useConsoleTexts, useDeed } from '../context.ts';
import { Fault, Field, Form } from '../form.tsx';
import { consoleHref } from '../places.ts';
import type { ConsoleApi } from '../request.ts';

interface GateProps {
  readonly api: ConsoleApi;
  readonly onSession: (session: Session) => void;
}

export function SignInPage({ api, onSession, needsFirstAdmin }: GateProps & { needsFirstAdmin: boolean }) {
  const texts = useConsoleTexts();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const { isBusy, fault, run } = useDeed();
  return (
    <div class="op-gate card">
      <h1>{texts.signInTitle}</h1>
      {needsFirstAdmin && <p class="notice">{texts.firstAdminNeeded}</p>}
      <Form
        onSubmit={() => run(async () => onSession(await api.write('POST', 'session', { name, password })))}
      >
        <Field
          label={texts.userName}
          name="name"
          value={name}
          onValue={setName}
          autocomplete="username"
          isRequired
        />
        <Field
          label={texts.password}
          name="password"
          type="password"
          value={password}
          onValue={setPassword}
          autocomplete="current-password"
          isRequired
        />
        <Fault fault={fault} />
        <button type="submit" class="button op-main" disabled={isBusy}>
          {texts.signIn}
        </button>
      </Form>
    </div>
  );
}

export function FirstAdminPage({ api, onSession, token }: GateProps & { token: string }) {
  const texts = useConsoleTexts();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const { isBusy, fault, run } = useDeed();
  const make = async () => {
    const session = await api.write<Session>('POST', 'session/first', {
      oneTimeToken: token,
      name,
      password,
    });
    // The used token leaves the address and the browser's history.
    location.replace(consoleHref('kamera'));
    onSession(session);
  };
  return (
    <div class="op-gate card">
      <h1>{texts.firstAdminTitle}</h1>
      <p>{texts.firstAdminText}</p>
      <Form onSubmit={() => run(make)}>
        <Field
          label={texts.userName}
          name="name"
          value={name}
          fault={fault}
          onValue={setName}
          autocomplete="username"
          isRequired
        />
        <Field
          label={texts.password}
          name="password"
          type="password"
          value={password}
          fault={fault}
          hint={texts.passwordHint}
          onValue={setPassword}
          autocomplete="new-password"
          isRequired
        />
        <Fault fault={fault} />
        <button type="submit" class="button op-main" disabled={isBusy}>
          {texts.makeAdmin}
        </button>
      </Form>
    </div>
  );
}
