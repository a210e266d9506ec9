/** People who may sign in. */
import { useState } from 'preact/hooks';
import { ROLES, type Role } from '../../../../identity/identity-store.ts';
import type { UserAnswer } from '../../../../operate/answers.ts';
import { useView } from '../../view.ts';
import { useAnswer, useConsole, useConsoleTexts, useDeed } from '../context.ts';
import { Fault, Field, Pick } from '../form.tsx';
import { AddForm, Awaited, Page } from '../page.tsx';
import { ScrolledTable } from '../scrolled-table.tsx';
import { instantText } from '../time.ts';
import { OnceShown } from './once-shown.tsx';

export function UsersPage() {
  const texts = useConsoleTexts();
  const { format } = useView();
  const { api } = useConsole();
  const answer = useAnswer<{ users: readonly UserAnswer[] }>('users');
  const { fault, run } = useDeed();
  const change = (name: string, part: object) =>
    run(async () => {
      await api.write('PATCH', `users/${encodeURIComponent(name)}`, part);
      answer.reload();
    });
  const title = texts.places.orang;
  return (
    <Page title={title}>
      <AddUser onAdded={answer.reload} />
      <Fault fault={fault} />
      <Awaited answer={answer}>
        {({ users }) => (
          <ScrolledTable name={title} columns={[texts.userName, texts.role, texts.access, texts.since]}>
            {users.map((user) => (
              <tr key={user.name}>
                <th scope="row">{user.name}</th>
                <td>
                  <select
                    aria-label={`${texts.role}: ${user.name}`}
                    value={user.role}
                    onChange={(event) => change(user.name, { role: event.currentTarget.value })}
                  >
                    {ROLES.map((role) => (
                      <option key={role} value={role}>
                        {texts.roles[role]}
                      </option>
                    ))}
                  </select>
                </td>
                <td>
                  <button
                    type="button"
                    class="button"
                    onClick={() => change(user.name, { disabled: !user.disabled })}
                  >
                    {user.disabled ? texts.enable : texts.disable}
                  </button>
                </td>
                <td class="when">{instantText(format, user.createdAt)}</td>
              </tr>
            ))}
          </ScrolledTable>
        )}
      </Awaited>
    </Page>
  );
}

function AddUser({ onAdded }: { onAdded: () => void }) {
  const texts = useConsoleTexts();
  const { api } = useConsole();
  const deed = useDeed();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('operator');
  const [password, setPassword] = useState<string>();
  const add = async () => {
    const made = await api.write<{ password?: string }>('POST', 'users', { name, role });
    setPassword(made.password);
    setName('');
    onAdded();
  };
  return (
    <AddForm
      deed={deed}
      button={texts.addUser}
      onAdd={add}
      outcome={<OnceShown label={texts.firstPassword} secret={password} />}
    >
      <Field
        label={texts.userName}
        name="name"
        value={name}
        onValue={setName}
        fault={deed.fault}
        isRequired
      />
      <Pick
        label={texts.role}
        name="role"
        value={role}
        options={ROLES.map((one) => [one, texts.roles[one]] as const)}
        onValue={setRole}
      />
    </AddForm>
  );
}
