/** Programs' keys. */
import { useState } from 'preact/hooks';
import { useView } from '../../view.ts';
import type { Token } from '../answers.ts';
import { useAnswer, useConsole, useConsoleTexts, useDeed } from '../context.ts';
import { ConfirmButton, Fault, Field, Form, Pick } from '../form.tsx';
import { ScrolledTable } from '../scrolled-table.tsx';
import { instantText } from '../time.ts';
import { OnceShown } from './once-shown.tsx';

const SCOPES = ['read', 'operate', 'admin'] as const;

export function TokensPage() {
  const texts = useConsoleTexts();
  const { format } = useView();
  const { api } = useConsole();
  const { value, reload } = useAnswer<{ tokens: readonly Token[] }>('tokens');
  const { fault, run } = useDeed();
  const revoke = (id: string) =>
    run(async () => {
      await api.write('DELETE', `tokens/${encodeURIComponent(id)}`);
      reload();
    });
  return (
    <div class="op-page">
      <h1>{texts.places.kunci}</h1>
      <AddToken onAdded={reload} />
      <Fault fault={fault} />
      <ScrolledTable name={texts.places.kunci}>
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">{texts.label}</th>
              <th scope="col">{texts.scope}</th>
              <th scope="col">{texts.expires}</th>
              <th scope="col">{texts.lastUsed}</th>
              <th scope="col">{texts.access}</th>
            </tr>
          </thead>
          <tbody>
            {(value?.tokens ?? []).map((token) => (
              <tr key={token.id}>
                <th scope="row">{token.label}</th>
                <td>{token.scope}</td>
                <td>{instantText(format, token.expiresAt)}</td>
                <td>{instantText(format, token.lastUsedAt)}</td>
                <td>
                  {token.revokedAt === undefined ? (
                    <ConfirmButton
                      label={texts.revoke}
                      question={texts.revokeQuestion(token.label)}
                      onConfirm={() => revoke(token.id)}
                    />
                  ) : (
                    texts.revoked
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrolledTable>
    </div>
  );
}

function AddToken({ onAdded }: { onAdded: () => void }) {
  const texts = useConsoleTexts();
  const { api } = useConsole();
  const { fault, isBusy, run } = useDeed();
  const [label, setLabel] = useState('');
  const [scope, setScope] = useState<(typeof SCOPES)[number]>('read');
  const [until, setUntil] = useState('');
  const [token, setToken] = useState<string>();
  const add = async () => {
    const expiresAt = until === '' ? {} : { expiresAt: `${until}T23:59:59+07:00` };
    const made = await api.write<{ token: string }>('POST', 'tokens', { label, scope, ...expiresAt });
    setToken(made.token);
    setLabel('');
    onAdded();
  };
  return (
    <section class="card">
      <Form class="op-row" onSubmit={() => run(add)}>
        <Field label={texts.label} name="label" value={label} onValue={setLabel} fault={fault} isRequired />
        <Pick
          label={texts.scope}
          name="scope"
          value={scope}
          options={SCOPES.map((one) => [one, one] as const)}
          onValue={setScope}
        />
        <Field
          label={texts.expires}
          name="expiresAt"
          type="date"
          value={until}
          onValue={setUntil}
          fault={fault}
        />
        <button type="submit" class="button op-main" disabled={isBusy}>
          {texts.makeToken}
        </button>
      </Form>
      <Fault fault={fault} />
      <OnceShown label={texts.token} secret={token} />
    </section>
  );
}
