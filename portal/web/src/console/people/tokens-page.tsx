/** Programs' keys. */
import { useState } from 'preact/hooks';
import { TOKEN_SCOPES, type TokenScope } from '../../../../identity/identity-store.ts';
import type { TokenAnswer } from '../../../../operate/answers.ts';
import { useView } from '../../view.ts';
import { useAnswer, useConsole, useConsoleTexts, useDeed, useTexts } from '../context.ts';
import { ConfirmButton, Fault, Field, Pick } from '../form.tsx';
import { AddForm, Awaited, Page } from '../page.tsx';
import { ScrolledTable } from '../scrolled-table.tsx';
import { instantText } from '../time.ts';
import { OnceShown } from './once-shown.tsx';
import { PEOPLE_TEXTS } from './people-texts.ts';

export function TokensPage() {
  const texts = useConsoleTexts();
  const own = useTexts(PEOPLE_TEXTS);
  const { format } = useView();
  const { api } = useConsole();
  const answer = useAnswer<{ tokens: readonly TokenAnswer[] }>('tokens');
  const { fault, run } = useDeed();
  const revoke = (id: string) =>
    run(async () => {
      await api.write('DELETE', `tokens/${encodeURIComponent(id)}`);
      answer.reload();
    });
  const title = texts.places.kunci;
  return (
    <Page title={title}>
      <AddToken onAdded={answer.reload} />
      <Fault fault={fault} />
      <Awaited answer={answer}>
        {({ tokens }) => (
          <ScrolledTable
            name={title}
            columns={[texts.label, texts.scope, texts.expires, texts.lastUsed, texts.access]}
          >
            {tokens.map((token) => (
              <tr key={token.id}>
                <th scope="row">{token.label}</th>
                <td>{own.scopes[token.scope]}</td>
                <td class="when">{instantText(format, token.expiresAt)}</td>
                <td class="when">{instantText(format, token.lastUsedAt)}</td>
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
          </ScrolledTable>
        )}
      </Awaited>
    </Page>
  );
}

function AddToken({ onAdded }: { onAdded: () => void }) {
  const texts = useConsoleTexts();
  const own = useTexts(PEOPLE_TEXTS);
  const { api } = useConsole();
  const deed = useDeed();
  const { fault } = deed;
  const [label, setLabel] = useState('');
  const [scope, setScope] = useState<TokenScope>('read');
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
    <AddForm
      deed={deed}
      button={texts.makeToken}
      onAdd={add}
      outcome={<OnceShown label={texts.token} secret={token} />}
    >
      <Field label={texts.label} name="label" value={label} onValue={setLabel} fault={fault} isRequired />
      <Pick
        label={texts.scope}
        name="scope"
        value={scope}
        options={TOKEN_SCOPES.map((one) => [one, own.scopes[one]] as const)}
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
    </AddForm>
  );
}
