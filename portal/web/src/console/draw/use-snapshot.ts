/** The camera's picture, held by this page only. */
import { useEffect, useState } from 'preact/hooks';
import { useConsole, useConsoleTexts } from '../context.ts';
import { ConsoleError, cameraPath, refusalText } from '../request.ts';
import type { PictureSize } from './snap.ts';

/** Shape of the board before a picture has come. */
const NO_PICTURE: PictureSize = { width: 1280, height: 720 };

const TOO_OFTEN = 429;
const LEAST_WAIT_MS = 1_000;

export interface SnapshotState {
  /** A data address: the page's policy lets no other one in. */
  readonly picture?: string;
  readonly size: PictureSize;
  readonly failure?: string;
  readonly isBusy: boolean;
}

/**
 * Takes one picture at once when `isAllowed`, and one more for each `take`; waits where the portal says that the last
 * one was taken just now.
 */
export function useSnapshot(cameraId: string, isAllowed: boolean): SnapshotState & { take: () => void } {
  const { api } = useConsole();
  const texts = useConsoleTexts();
  const [turn, setTurn] = useState(0);
  const [state, setState] = useState<SnapshotState>({ size: NO_PICTURE, isBusy: isAllowed });
  useEffect(() => {
    if (!isAllowed) return;
    const leaving = new AbortController();
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const take = async () => {
      setState((last) => ({ ...last, isBusy: true }));
      try {
        const blob = await api.picture(cameraPath(cameraId, '/snapshot'), leaving.signal);
        const bitmap = await createImageBitmap(blob);
        const size = { width: bitmap.width, height: bitmap.height };
        bitmap.close();
        setState({ picture: await dataAddress(blob), size, isBusy: false });
      } catch (error) {
        if (leaving.signal.aborted) return;
        if (error instanceof ConsoleError && error.status === TOO_OFTEN) {
          waiting = setTimeout(() => void take(), Math.max(LEAST_WAIT_MS, error.retryAfterMs ?? 0));
          return;
        }
        const failure = refusalText(texts, error);
        setState((last) => ({ ...last, failure, isBusy: false }));
      }
    };
    void take();
    return () => {
      clearTimeout(waiting);
      leaving.abort();
    };
  }, [cameraId, isAllowed, turn]);
  return { ...state, take: () => setTurn((last) => last + 1) };
}

function dataAddress(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error ?? new Error('the picture cannot be read'));
    reader.readAsDataURL(blob);
  });
}
