/** Signing in, and the page of the one-time link. */
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { SessionAnswer } from '../../../../operate/answers.ts';
import { useConsoleTexts, useDeed } from '../context.ts';
import { Fault, Field, Form } from '../form.tsx';
import { consoleHref } from '../places.ts';
import type { ConsoleApi } from '../request.ts';

interface GateProps {
  readonly api: ConsoleApi;
  readonly onSession: (session: SessionAnswer) => void;
}

export function SignInPage({ api, onSession, notice }: GateProps & { readonly notice: string | undefined }) {
  const texts = useConsoleTexts();
  return (
    <Gate
      title={texts.signInTitle}
      button={texts.signIn}
      onSend={async (who) => onSession(await api.write('POST', 'session', who))}
    >
      {notice !== undefined && <p class="notice">{notice}</p>}
    </Gate>
  );
}

export function FirstAdminPage({ api, onSession, token }: GateProps & { token: string }) {
  const texts = useConsoleTexts();
  const make = async (who: Credentials) => {
    const session = await api.write<SessionAnswer>('POST', 'session/first', { oneTimeToken: token, ...who });
    // The used token leaves the address and the browser's history.
    location.replace(consoleHref('kamera'));
    onSession(session);
  };
  return (
    <Gate title={texts.firstAdminTitle} button={texts.makeAdmin} onSend={make} isNew>
      <p>{texts.firstAdminText}</p>
    </Gate>
  );
}

interface Credentials {
  readonly name: string;
  readonly password: string;
}

/** Asks for name and password. */
function Gate(props: {
  readonly title: string;
  readonly button: string;
  readonly onSend: (who: Credentials) => Promise<void>;
  /** The password is chosen here. */
  readonly isNew?: boolean;
  readonly children: ComponentChildren;
}) {
  const { isNew = false } = props;
  const texts = useConsoleTexts();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const { isBusy, fault, run } = useDeed();
  return (
    <div class="op-gate card">
      <h1>{props.title}</h1>
      {props.children}
      <Form onSubmit={() => run(() => props.onSend({ name, password }))}>
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
          {...(isNew ? { hint: texts.passwordHint } : {})}
          onValue={setPassword}
          autocomplete={isNew ? 'new-password' : 'current-password'}
          isRequired
        />
        <Fault fault={fault} />
        <button type="submit" class="button op-main" disabled={isBusy}>
          {props.button}
        </button>
      </Form>
    </div>
  );
}
