/** The operators' console: who is signed in, and the places behind that. */
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Route } from '../route.ts';
import './console.css';
import type { SessionAnswer } from '../../../operate/answers.ts';
import { CameraFormPage } from './cameras/camera-form.tsx';
import { CameraListPage } from './cameras/camera-list.tsx';
import { ConsoleContext, useConsole, useConsoleTexts, useDeed } from './context.ts';
import { DrawPage } from './draw/draw-page.tsx';
import { AccountPage } from './people/account-page.tsx';
import { AuditPage } from './people/audit-page.tsx';
import { FirstAdminPage, SignInPage } from './people/sign-in.tsx';
import { TokensPage } from './people/tokens-page.tsx';
import { UsersPage } from './people/users-page.tsx';
import { ADMIN_PLACES, type ConsolePlace, consoleHref, PLACES, placeOf } from './places.ts';
import { type ConsoleApi, createConsoleApi } from './request.ts';
import { DeadLettersPage } from './work/dead-letters-page.tsx';
import { PublishersPage } from './work/publishers-page.tsx';
import { RecordingsPage } from './work/recordings-page.tsx';
import { SiteFilePage } from './work/site-file-page.tsx';
import { SystemPage } from './work/system-page.tsx';

/** Path of the one-time link. */
const FIRST_ADMIN = '/admin-pertama';

export function Console({ route }: { route: Route }) {
  const texts = useConsoleTexts();
  const [session, setSession] = useState<SessionAnswer>();
  const [isUnreachable, setUnreachable] = useState(false);
  const api = useMemo(
    () =>
      createConsoleApi(session?.csrfToken, () =>
        setSession((last) => ({ user: null, needsFirstAdmin: last?.needsFirstAdmin ?? false })),
      ),
    [session?.csrfToken],
  );
  useEffect(() => {
    api.get<SessionAnswer>('session').then(setSession, () => setUnreachable(true));
  }, []);
  if (session === undefined) {
    return (
      <div class="op-gate">
        <h1>{texts.title}</h1>
        <p>{isUnreachable ? texts.unreachable : texts.loading}</p>
      </div>
    );
  }
  const { user } = session;
  if (user === null) return <Outside {...{ route, api, session, setSession }} />;
  return (
    <ConsoleContext.Provider value={{ api, ...user, onSession: setSession }}>
      <Inside here={placeOf(route.rest)} />
    </ConsoleContext.Provider>
  );
}

function Outside(props: {
  route: Route;
  api: ConsoleApi;
  session: SessionAnswer;
  setSession: (session: SessionAnswer) => void;
}) {
  const { route, api, session, setSession } = props;
  const token = route.choices['token'];
  if (route.rest === FIRST_ADMIN && token !== undefined && session.needsFirstAdmin) {
    return <FirstAdminPage {...{ api, token }} onSession={setSession} />;
  }
  return <SignInPage {...{ api }} needsFirstAdmin={session.needsFirstAdmin} onSession={setSession} />;
}

function Inside({ here }: { here: ConsolePlace }) {
  const texts = useConsoleTexts();
  const { api, name, role, onSession } = useConsole();
  const { isBusy, run } = useDeed();
  const shown = PLACES.filter(
    (place) => place !== 'akun' && (role === 'admin' || !ADMIN_PLACES.includes(place)),
  );
  return (
    <div class="op">
      <nav class="op-nav" aria-label={texts.title}>
        <ul>
          {shown.map((place) => (
            <li key={place}>
              <a href={consoleHref(place)} aria-current={place === here.place ? 'page' : undefined}>
                {texts.places[place]}
              </a>
            </li>
          ))}
        </ul>
        <p>
          <a
            href={consoleHref('akun')}
            aria-label={`${texts.places.akun}: ${name}`}
            aria-current={here.place === 'akun' ? 'page' : undefined}
          >
            {name} <small>({texts.roles[role]})</small>
          </a>
          <button
            type="button"
            class="button"
            disabled={isBusy}
            onClick={() => run(async () => onSession(await api.write('DELETE', 'session')))}
          >
            {texts.signOut}
          </button>
        </p>
      </nav>
      <Place {...here} />
    </div>
  );
}

function Place({ place, parts }: ConsolePlace) {
  const { role } = useConsole();
  if (ADMIN_PLACES.includes(place) && role !== 'admin') return <CameraListPage />;
  switch (place) {
    case 'kamera':
      return <CameraPlace parts={parts} />;
    case 'rekaman':
      return <RecordingsPage />;
    case 'gagal':
      return <DeadLettersPage />;
    case 'situs':
      return <SiteFilePage />;
    case 'penerbit':
      return <PublishersPage />;
    case 'orang':
      return <UsersPage />;
    case 'kunci':
      return <TokensPage />;
    case 'catatan':
      return <AuditPage />;
    case 'sistem':
      return <SystemPage />;
    case 'akun':
      return <AccountPage />;
  }
}

function CameraPlace({ parts }: { parts: readonly string[] }) {
  const [cameraId, what] = parts;
  if (cameraId === undefined) return <CameraListPage />;
  if (what === 'gambar') return <DrawPage key={cameraId} cameraId={cameraId} />;
  if (what === 'ubah') return <CameraFormPage key={cameraId} cameraId={cameraId} />;
  return cameraId === '+' ? <CameraFormPage /> : <CameraListPage />;
}
