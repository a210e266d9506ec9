/** The operators' console: who is signed in, and the places behind that. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
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
import { type ConsolePlace, consoleHref, isOpenTo, PLACES, placeOf } from './places.ts';
import { type ConsoleApi, createConsoleApi } from './request.ts';
import { DeadLettersPage } from './work/dead-letters-page.tsx';
import { PublishersPage } from './work/publishers-page.tsx';
import { RecordingsPage } from './work/recordings-page.tsx';
import { SiteFilePage } from './work/site-file-page.tsx';
import { SystemPage } from './work/system-page.tsx';

/** Path of the one-time link. */
const FIRST_ADMIN = '/admin-pertama';

/** Between two tries to reach a portal that is just being started. */
const ASK_AGAIN_MS = 5_000;

interface Door {
  readonly session?: SessionAnswer;
  /** Whose session ended unasked: what they had not saved waits, unseen, for them to sign in again. */
  readonly absent?: SessionAnswer['user'];
}

/** The door after a 401; one that answers a request of an earlier session changes nothing. */
function afterRefusal(door: Door, csrfToken: string): Door {
  const { session } = door;
  if (session === undefined || session.user === null || session.csrfToken !== csrfToken) return door;
  return { session: { user: null, needsFirstAdmin: session.needsFirstAdmin }, absent: session.user };
}

export function Console({ route }: { route: Route }) {
  const texts = useConsoleTexts();
  const [{ session, absent = null }, setDoor] = useState<Door>({});
  const [isUnreachable, setUnreachable] = useState(false);
  const held = useRef(session);
  held.current = session;
  const setSession = (next: SessionAnswer) => setDoor({ session: next });
  // One for all sessions: what was begun under an earlier one asks and is answered under the present one.
  const api = useMemo(
    () =>
      createConsoleApi({
        session: () => held.current,
        onRenewed: setSession,
        onSignedOut: (csrfToken) => setDoor((last) => afterRefusal(last, csrfToken)),
      }),
    [],
  );
  useEffect(() => {
    let asking: ReturnType<typeof setTimeout> | undefined;
    const ask = () =>
      api.get<SessionAnswer>('session').then(setSession, () => {
        setUnreachable(true);
        asking = setTimeout(() => void ask(), ASK_AGAIN_MS);
      });
    void ask();
    return () => clearTimeout(asking);
  }, []);
  if (session === undefined) {
    return (
      <div class="op-gate">
        <h1>{texts.title}</h1>
        <p>{isUnreachable ? texts.unreachable : texts.loading}</p>
      </div>
    );
  }
  const isOut = session.user === null;
  const shown = session.user ?? absent;
  return (
    <>
      {isOut && <Outside {...{ route, api, session, setSession }} wasInside={absent !== null} />}
      {shown !== null && (
        <ConsoleContext.Provider key={shown.name} value={{ api, ...shown, onSession: setSession }}>
          <div hidden={isOut}>
            <Inside here={placeOf(route.rest)} />
          </div>
        </ConsoleContext.Provider>
      )}
    </>
  );
}

function Outside(props: {
  route: Route;
  api: ConsoleApi;
  session: SessionAnswer;
  setSession: (session: SessionAnswer) => void;
  wasInside: boolean;
}) {
  const texts = useConsoleTexts();
  const { route, api, session, setSession, wasInside } = props;
  const token = route.choices['token'];
  if (route.rest === FIRST_ADMIN && token !== undefined && session.needsFirstAdmin) {
    return <FirstAdminPage {...{ api, token }} onSession={setSession} />;
  }
  const notice = wasInside
    ? texts.sessionOver
    : session.needsFirstAdmin
      ? texts.firstAdminNeeded
      : route.rest === FIRST_ADMIN
        ? texts.firstAdminDone
        : undefined;
  return <SignInPage {...{ api, notice }} onSession={setSession} />;
}

function Inside({ here }: { here: ConsolePlace }) {
  const texts = useConsoleTexts();
  const { api, name, role, onSession } = useConsole();
  const { isBusy, run } = useDeed();
  const shown = PLACES.filter((place) => place !== 'akun' && isOpenTo(role, place));
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
  if (!isOpenTo(role, place)) return <CameraListPage />;
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
