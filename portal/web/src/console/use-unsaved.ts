/** What was drawn or typed and not saved is not left by mistake. */
import { useEffect, useRef } from 'preact/hooks';
import { LEAVE_EVENT } from '../use-route.ts';
import { useConsoleTexts } from './context.ts';

/**
 * Asks before unsaved work is left: by closing the page, by a link, by the browser's way back. The function that it
 * returns says that the work is done, and the page may leave unasked.
 */
export function useUnsaved(isChanged: boolean): () => void {
  const question = useConsoleTexts().unsavedQuestion;
  const mayLeave = useRef(false);
  useEffect(() => {
    if (!isChanged) return;
    mayLeave.current = false;
    const ask = (event: Event) => {
      mayLeave.current ||= confirm(question);
      if (!mayLeave.current) event.preventDefault();
    };
    // A refused link is not followed at all; once it is allowed, the leaving that follows asks no second time.
    const askOnLink = (event: MouseEvent) => {
      if (event.target instanceof Element && event.target.closest('a[href^="#"]') !== null) ask(event);
    };
    const askOnUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', askOnUnload);
    addEventListener(LEAVE_EVENT, ask);
    document.addEventListener('click', askOnLink, true);
    return () => {
      removeEventListener('beforeunload', askOnUnload);
      removeEventListener(LEAVE_EVENT, ask);
      document.removeEventListener('click', askOnLink, true);
    };
  }, [isChanged, question]);
  return () => {
    mayLeave.current = true;
  };
}
