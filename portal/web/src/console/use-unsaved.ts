/** What was drawn or typed and not saved is not left by mistake. */
import { useEffect } from 'preact/hooks';
import { useConsoleTexts } from './context.ts';

/** Asks before unsaved work is left, by the browser or by a link within the page. */
export function useUnsaved(isChanged: boolean): void {
  const question = useConsoleTexts().unsavedQuestion;
  useEffect(() => {
    if (!isChanged) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    const askOnLink = (event: MouseEvent) => {
      const isLink = event.target instanceof Element && event.target.closest('a[href^="#"]') !== null;
      if (isLink && !confirm(question)) event.preventDefault();
    };
    addEventListener('beforeunload', ask);
    document.addEventListener('click', askOnLink, true);
    return () => {
      removeEventListener('beforeunload', ask);
      document.removeEventListener('click', askOnLink, true);
    };
  }, [isChanged, question]);
}
