/** People who may sign in. */
import { useState } from 'preact/hooks';
import { useView } from '../../view.ts';
import type { Role, User } from '../answers.ts';
import { useAnswer, useConsole, useConsoleTexts, useDeed } from '../context.ts';
import { Fault, Field, Form, Pick } from '../form.tsx';
import { ScrolledTable } from '../scrolled-table.tsx';
import { instantText } from '../time.ts';
import { OnceShown } from './once-shown.tsx';

const ROLES: readonly Role[] = ['viewer', 'operator', 'admin'];

export function UsersPage() {
  const texts = useConsoleTexts();
  const { format } = useView();
  const { api } = useConsole();
  const { value, reload } = useAnswer<{ users: readonly User[] }>('users');
  const { fault, run } = useDeed();
  const change = (name: string, part: object) =>
    run(async () => {
      await api.write('PATCH', `users/${encodeURIComponent(name)}`, part);
      reload();
    });
  return (
    <div class="op-page">
      <h1>{texts.places.orang}</h1>
      <AddUser onAdded={reload} />
      <Fault fault={fault} />
      <ScrolledTable name={texts.places.orang}>
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">{texts.userName}</th>
              <th scope="col">{texts.role}</th>
              <th scope="col">{texts.since}</th>
              <th scope="col">{texts.access}</th>
            </tr>
          </thead>
          <tbody>
            {(value?.users ?? []).map((user) => (
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
                <td>{instantText(format, user.createdAt)}</td>
                <td>
                  <button
                    type="button"
                    class="button"
                    onClick={() => change(user.name, { disabled: !user.disabled })}
                  >
                    {user.disabled ? texts.enable : texts.disable}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrolledTable>
    </div>
  );
}

function AddUser({ onAdded }: { onAdded: () => void }) {
  const texts = useConsoleTexts();
  const { api } = useConsole();
  const { fault, isBusy, run } = useDeed();
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
    <section class="card">
      <Form class="op-row" onSubmit={() => run(add)}>
        <Field label={texts.userName} name="name" value={name} onValue={setName} fault={fault} isRequired />
        <Pick
          label={texts.role}
          name="role"
          value={role}
          options={ROLES.map((one) => [one, texts.roles[one]] as const)}
          onValue={setRole}
        />
        <button type="submit" class="button op-main" disabled={isBusy}>
          {texts.addUser}
        </button>
      </Form>
      <Fault fault={fault} />
      <OnceShown label={texts.firstPassword} secret={password} />
    </section>
  );
}
